"""The first lines of a function's process: die with the daemon, then become AWS's runtime client.

Runs with the function's own packages only (`python -P -S -s`): standard library, nothing of Kennel.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys


def main() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != int(os.environ.pop("LOCALCLOUD_PARENT")):
        sys.exit(1)  # the daemon ended before the kernel was asked
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
