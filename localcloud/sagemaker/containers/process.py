"""A job's process: its own session, its output line by line, its end by itself or by force."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from localcloud.sagemaker.region.errors import Closing

LAUNCHER = Path(__file__).with_name("launcher.py")
POLL_SECONDS = 0.05
KILLED = 128 + signal.SIGKILL
How = Literal["exited", "stopped", "timed out", "interrupted"]


@dataclass(frozen=True, kw_only=True)
class Command:
    """What to run, where, and which folder the job should see as /opt/ml.

    The top of a container's process tree is asked to end before everything is killed; below it,
    as a script under a toolkit is, nobody is told.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    opt_ml: Path
    is_top: bool = True
    hosts: int = 1


@dataclass(frozen=True)
class Exit:
    code: int
    how: How

    @property
    def succeeded(self) -> bool:
        return self.how == "exited" and self.code == 0


@dataclass(frozen=True, kw_only=True)
class Ends:
    """What may end a process from outside."""

    stop: threading.Event
    closing: threading.Event
    lost: threading.Event = field(default_factory=threading.Event)  # another instance has failed
    grace_seconds: float
    limit_seconds: float = float("inf")
    interrupt_seconds: float = float("inf")
    death_seconds: float = float("inf")  # until the kernel kills it, as it does for memory


class JobProcess:
    """Must be started and waited for by one thread: the kernel ends a child with the thread."""

    def __init__(self, command: Command, on_line: Callable[[str], None]) -> None:
        self._on_line = on_line
        mount = str(command.opt_ml) if may_mount() else ""
        self._process = subprocess.Popen(
            [*launch(mount, "top" if command.is_top else "", command.hosts), *command.arguments],
            cwd=command.folder,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, name="job output", daemon=True)
        self._reader.start()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def wait(self, ends: Ends) -> Exit:
        """Waits for the end, or brings it about; afterwards nothing of the job runs."""
        try:
            return self._wait(ends)
        finally:
            self._kill()
            self._reader.join()
            self._process.wait()

    def _wait(self, ends: Ends) -> Exit:
        begun = time.monotonic()
        while (code := self._process.poll()) is None:
            if ends.closing.is_set():
                raise Closing
            if ends.lost.is_set():
                self._kill()
                return Exit(self._process.wait(), "stopped")
            if ends.stop.wait(POLL_SECONDS):
                return self._terminate("stopped", ends)
            passed = time.monotonic() - begun
            if passed > ends.limit_seconds:
                return self._terminate("timed out", ends)
            if passed > ends.interrupt_seconds:
                return self._terminate("interrupted", ends)
            if passed > ends.death_seconds:
                self._kill()
                return Exit(KILLED, "exited")
        # Negative only if the launcher itself was killed, as by the kernel for its memory.
        return Exit(code if code >= 0 else 128 - code, "exited")

    def _terminate(self, how: How, ends: Ends) -> Exit:
        """TERM, a time of grace, KILL: as SageMaker stops containers."""
        self._process.terminate()
        due = time.monotonic() + ends.grace_seconds
        while self._process.poll() is None and time.monotonic() < due:
            if ends.closing.wait(POLL_SECONDS):
                raise Closing
        self._kill()
        return Exit(self._process.wait(), how)

    def _kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read(self) -> None:
        output = self._process.stdout
        if output is None:
            return
        with output:
            for line in output:
                self._on_line(line.decode("utf-8", "replace").rstrip("\r\n"))


def launch(mount: str, top: str, hosts: int) -> list[str]:
    own = [sys.executable, "-I", "-S", str(LAUNCHER)]
    return [*own, str(os.getpid()), mount, top, str(hosts)]


def may_mount() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0
