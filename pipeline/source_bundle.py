"""The code that the jobs run: an archive for each program, the same bytes for the same code.

They differ by what is installed when the program starts. Knows no S3.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from pipeline.names import PROGRAMS, Program

PACKAGES = ("inference_code", "training_code")
# Code, what is to be installed, and the template of the report.
TRAVELLING = {".py", ".txt", ".html"}
# SageMaker's toolkit installs what a file of this name at the top of the archive asks for.
INSTALLED: Final = "requirements.txt"
# As seen from the folder in which the toolkit unpacks the archive; pip takes it from the file's.
FROM_CHANNEL: Final = b"--no-index\n--find-links ../input/data/wheels\n"


class SourceBundle:
    """`sourcedir.tar.gz` of the packages beside this one, as they were deployed."""

    def __init__(self, root: Path, packages: str) -> None:
        self._root = root
        self._packages = packages

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex of all archives' names and contents, whatever machine packs them."""
        digest = hashlib.sha256()
        for program in PROGRAMS:
            for name, body in self._archive(program).items():
                digest.update(f"{program}/{name}\0{len(body)}\0".encode() + body)
        return digest.hexdigest()

    def bundles(self) -> Mapping[Program, bytes]:
        return {program: _packed(self._archive(program)) for program in PROGRAMS}

    def _archive(self, program: Program) -> dict[str, bytes]:
        wanted = self._files[f"training_code/requirements/{program}.txt"]
        if self._packages == "image" or not _asks_for_any(wanted):
            return self._files
        # The preparation's start says itself where its packages come from.
        from_channel = self._packages == "wheels" and program != "preparation"
        options = FROM_CHANNEL if from_channel else b""
        return {INSTALLED: options + wanted, **self._files}

    @cached_property
    def _files(self) -> dict[str, bytes]:
        paths = [path for package in PACKAGES for path in (self._root / package).rglob("*")]
        wanted = sorted(path for path in paths if path.suffix in TRAVELLING)
        return {path.relative_to(self._root).as_posix(): path.read_bytes() for path in wanted}


def _asks_for_any(requirements: bytes) -> bool:
    return any(line.strip() and not line.startswith(b"#") for line in requirements.splitlines())


def _packed(files: Mapping[str, bytes]) -> bytes:
    tar_bytes = io.BytesIO()
    with tarfile.open(fileobj=tar_bytes, mode="w") as tar:
        for name, body in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            member.mode = 0o644
            tar.addfile(member, io.BytesIO(body))
    return gzip.compress(tar_bytes.getvalue(), mtime=0)
