"""Child processes that die with the daemon, also when it is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

# Becomes the given command after asking the kernel to kill it with its parent: exec keeps that.
_GUARD = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execvp(sys.argv[2], sys.argv[2:])
"""


def guarded(command: Sequence[str]) -> list[str]:
    """The command, made to die with this process; for programs that cannot ask for it."""
    return [sys.executable, "-I", "-S", "-c", _GUARD, str(os.getpid()), *command]


class Nursery:
    """Starts processes from one thread that lives as long as the cloud.

    The kernel's parent-death signal fires when the *thread* that started the child ends. Started
    from a request's thread, a function would die with the request.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="nursery")

    def start(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        output: int | IO[bytes] = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        """Start in a session of its own, so that `kill` reaches its children too."""
        starting = self._thread.submit(
            subprocess.Popen,
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return starting.result()

    def close(self) -> None:
        self._thread.shutdown()


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
