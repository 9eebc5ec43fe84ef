"""The folder in which a local cloud says that it runs, and where: by default `.kennel`."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal


class AlreadyRunning(Exception):
    """Another daemon holds this folder: use it, or stop it first."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """What the daemon says about itself; trust it only while the daemon holds the lock."""

    pid: int
    state: Literal["starting", "ready"]
    step: str = ""
    since: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


class Home:
    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.log = self.folder / "daemon.log"
        self.output = self.folder / "daemon.out"
        self._lock = self.folder / "daemon.lock"
        self._status = self.folder / "daemon.json"
        self._environment = self.folder / "local.env"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder. The kernel gives it free when the daemon ends, however it ends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._lock.open("a") as lock:
            if not _try_lock(lock.fileno()):
                raise AlreadyRunning(str(self.folder))
            self._clear()
            try:
                yield
            finally:
                self._clear()

    def is_held(self) -> bool:
        if not self._lock.exists():
            return False
        with self._lock.open("a") as lock:
            return not _try_lock(lock.fileno())

    def clear_leftovers(self) -> bool:
        """Remove what a killed daemon has left; whether there was anything."""
        if self.is_held() or not (self._status.exists() or self._environment.exists()):
            return False
        self._clear()
        return True

    def status(self) -> Status | None:
        """None when no daemon runs here."""
        if not self.is_held():
            return None
        try:
            return Status(**json.loads(self._status.read_text()))
        except FileNotFoundError:
            return None

    def write_status(self, status: Status) -> None:
        _replace(self._status, json.dumps(asdict(status)))

    def write_environment(self, environment: Mapping[str, str], *, commands: Path) -> None:
        """For a shell to `source`; what lies in `commands` is then found before other programs."""
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in environment.items()]
        lines.append(f'PATH={shlex.quote(str(commands))}:"$PATH"\n')
        _replace(self._environment, "".join(lines))

    def _clear(self) -> None:
        """All but the logs, which tell why a daemon ended, and the lock, which is its own proof."""
        for path in (self._status, self._environment):
            path.unlink(missing_ok=True)
        for work in self.folder.glob("cloud-*"):
            shutil.rmtree(work, ignore_errors=True)


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _replace(path: Path, text: str) -> None:
    """Whoever reads meanwhile sees the old text or the new one, whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
