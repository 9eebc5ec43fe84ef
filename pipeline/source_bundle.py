"""The code that the jobs run: one archive, the same bytes for the same code. Knows no S3."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from functools import cached_property
from pathlib import Path

PACKAGES = ("inference_code", "training_code")
# SageMaker's toolkit installs what a requirements.txt at the top of the archive asks for.
REQUIREMENTS = "training_code/requirements.txt"


class SourceBundle:
    """`sourcedir.tar.gz` of the packages beside this one, as they were deployed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex of the names and contents, whatever machine packs them."""
        digest = hashlib.sha256()
        for name, body in self._files().items():
            digest.update(f"{name}\0{len(body)}\0".encode() + body)
        return digest.hexdigest()

    def bundle(self) -> bytes:
        tar_bytes = io.BytesIO()
        with tarfile.open(fileobj=tar_bytes, mode="w") as tar:
            for name, body in self._files().items():
                member = tarfile.TarInfo(name)
                member.size = len(body)
                member.mode = 0o644
                tar.addfile(member, io.BytesIO(body))
        return gzip.compress(tar_bytes.getvalue(), mtime=0)

    def _files(self) -> dict[str, bytes]:
        paths = [path for package in PACKAGES for path in (self._root / package).rglob("*")]
        wanted = sorted(path for path in paths if path.suffix in {".py", ".txt"})
        files = {path.relative_to(self._root).as_posix(): path.read_bytes() for path in wanted}
        return {"requirements.txt": files[REQUIREMENTS], **files}
