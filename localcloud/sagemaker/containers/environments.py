"""The Python environments of jobs: as in a container, what a job installs is its own.

Three layers, each hiding those below it: the job's own environment, which goes with its folder;
what its requirements.txt asks for, kept for all jobs that ask for the same; the packages of the
interpreter that runs the engine. pip writes only into the first one: what lies outside of the
environment that it runs in, it leaves alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from localcloud.sagemaker.containers.requirements import Requirements

BASE = [Path(entry) for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
KEPT_SECONDS = 14 * 86_400  # what no job has asked for since then goes
Install = Callable[["Environment"], None]  # raises JobFailed if it cannot


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the folders with scripts of the layers below it."""

    folder: Path
    scripts: tuple[Path, ...] = ()

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def python(self) -> str:
        return str(self.bin / "python")

    @property
    def packages(self) -> Path:
        return Path(sysconfig.get_path("purelib", "venv", {"base": str(self.folder)}))

    @property
    def path(self) -> str:
        """The variable PATH."""
        own = [str(folder) for folder in (self.bin, *self.scripts)]
        return os.pathsep.join([*own, os.environ.get("PATH", os.defpath)])


class Environments:
    """Makes environments; `folder` keeps the layers that requirements have filled."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, folder: Path, requirements: Requirements, install: Install) -> Environment:
        """A job's environment with all that its requirements ask for."""
        if requirements.satisfied:
            return self._above(folder, ())
        if requirements.editable:  # its packages lie in the job's folder: of no use to others
            own = self._above(folder, ())
            install(own)
            return own
        return self._above(folder, (self._layer(requirements, install),))

    def forget_unused(self) -> None:
        """To be called while no job works: what it removes may be in use."""
        for kept in self._folder.glob("*"):
            if kept.stat().st_mtime < time.time() - KEPT_SECONDS:
                shutil.rmtree(kept) if kept.is_dir() else kept.unlink()

    def _above(self, folder: Path, layers: tuple[Environment, ...]) -> Environment:
        scripts = (*(layer.bin for layer in layers), self._scripts)
        venv.create(folder, symlinks=True)
        made = Environment(folder, scripts)
        below = [*(layer.packages for layer in layers), *BASE]
        (made.packages / "below.pth").write_text("".join(f"{path}\n" for path in below))
        return made

    def _layer(self, requirements: Requirements, install: Install) -> Environment:
        key = digest([identity(), *requirements.content()])
        kept = Environment(self._folder / key)
        with self._locked(key):  # trials of one tuning job begin at once, and ask for the same
            if not kept.folder.is_dir():
                unfinished = self._unfinished()
                try:
                    made = self._above(unfinished, ())
                    install(made)
                    _copy_scripts(made.bin, made.bin)
                    self._keep(unfinished, kept.folder)
                finally:
                    shutil.rmtree(unfinished, ignore_errors=True)
            os.utime(kept.folder)
        return kept

    @contextmanager
    def _locked(self, key: str) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / f"{key}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _unfinished(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="unfinished-", dir=self._folder))

    @property
    def _scripts(self) -> Path:
        """The base's console scripts, pip among them, to be run by the interpreter of the job."""
        source = Path(sys.executable).parent
        kept = self._folder / f"scripts-{digest([identity()])}"
        if not kept.is_dir():
            unfinished = self._unfinished()
            _copy_scripts(source, unfinished)
            self._keep(unfinished, kept)
        os.utime(kept)
        return kept

    def _keep(self, unfinished: Path, kept: Path) -> None:
        """Renamed when it is whole; another job may have been faster."""
        try:
            unfinished.rename(kept)
        except OSError:
            if not kept.is_dir():
                raise
            shutil.rmtree(unfinished, ignore_errors=True)


def identity() -> bytes:
    """Names the interpreter and its packages: changes when one is installed or removed."""
    packages = [f"{path} {path.stat().st_mtime_ns}" for path in BASE if path.is_dir()]
    return "\n".join([sys.version, sys.executable, *packages]).encode()


def digest(parts: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()[:32]


def _python_scripts(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                start = file.read(1024)
            if start.startswith(b"#!") and bytes(folder) + b"/python" in start:
                yield path


def _copy_scripts(source: Path, target: Path) -> None:
    """Copies, or changes in place, so that PATH decides under which interpreter a script runs.

    Where an interpreter's path is too long for a first line, pip writes two lines for the shell;
    Python takes them for a string.
    """
    for path in _python_scripts(source):
        _shell, _, code = path.read_bytes().partition(b"\n")
        copy = target / path.name
        copy.write_bytes(b"#!/usr/bin/env python\n" + code)
        copy.chmod(0o755)
