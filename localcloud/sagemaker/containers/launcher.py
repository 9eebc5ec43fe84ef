"""Starts one job: `launcher.py PARENT MOUNT TOP HOSTS COMMAND...`, run as a script of its own.

It knows nothing of the engine. It ends the job when the engine's process ends and answers with its
exit code, 128 + N after signal N, as container runtimes do. With a MOUNT it tries to show that
folder as /opt/ml to the job alone, for programs that have the path built in, and to give it a
container's /dev/shm. TERM goes to the first process of a container: that is the COMMAND if it is
its TOP, else a process of the image, which ends with it.
"""

# Every job pays for these imports: pathlib would double the time of the start.
# ruff: noqa: PTH102, PTH103, PTH112, PTH115, PTH123, PTH211
from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from types import FrameType

PR_SET_PDEATHSIG = 1
CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
SHARED_MEMORY = b"size=64m"  # what container runtimes give
OPT, ML = "/opt", "/opt/ml"


def main(arguments: list[str]) -> int:
    parent, mount, top, hosts, *command = arguments
    signal.signal(signal.SIGUSR1, end_group)
    follow(int(parent))
    if mount:
        show_as_opt_ml(mount, int(hosts))
    try:
        job = subprocess.Popen(command)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return 127

    def terminate(_number: int, _frame: FrameType | None) -> None:
        # As the kernel does to a container's first process: what it does not handle, it never gets.
        if top and handles_term(job.pid):
            job.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, terminate)  # and not ignored: the job would inherit that
    code = job.wait()
    return code if code >= 0 else 128 - code


def handles_term(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/status") as status:
            caught = next(line for line in status if line.startswith("SigCgt:"))
    except (OSError, StopIteration):
        return True  # not Linux, or it has just ended
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def end_group(_number: int, _frame: FrameType | None) -> None:
    """The engine is gone: so is everything that this job has started."""
    os.killpg(0, signal.SIGKILL)


def follow(parent: int) -> None:
    """Asks the kernel for a signal at the parent's end; elsewhere than on Linux, looks for it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGUSR1)
    else:
        threading.Thread(target=watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        end_group(0, None)


def watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    end_group(0, None)


def show_as_opt_ml(folder: str, hosts: int) -> None:
    """A private mount namespace; where it is not allowed, the job does without."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not os.path.isdir(OPT) or libc.unshare(CLONE_NEWNS) != 0:
        return
    if libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        return  # else the machine itself would see what is mounted for the job
    own = f"{folder}.{os.getpid()}"  # a job may have several processes, one after the other
    if not os.path.isdir(ML):
        add_ml(libc, f"{own}.opt")
    bind(libc, folder, ML)
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    libc.mount(b"tmpfs", b"/dev/shm", b"tmpfs", flags, SHARED_MEMORY)
    name_this_machine(libc, f"{own}.hosts", hosts)


def name_this_machine(libc: ctypes.CDLL, path: str, hosts: int) -> None:
    """SageMaker's names of a job's hosts, which programs know or read, each for an address."""
    names = "".join(f"127.0.0.{number} algo-{number}\n" for number in range(1, hosts + 1))
    with open("/etc/hosts") as known, open(path, "w") as file:
        file.write(f"{known.read()}\n{names}")
    bind(libc, path, "/etc/hosts")


def add_ml(libc: ctypes.CDLL, view: str) -> None:
    """Replaces /opt, for this job alone, by a view of it that has a folder `ml`."""
    os.makedirs(f"{view}/ml")
    for entry in os.scandir(OPT):
        if entry.is_dir(follow_symlinks=False):
            os.mkdir(f"{view}/{entry.name}")
            bind(libc, entry.path, f"{view}/{entry.name}")
        elif entry.is_symlink():
            os.symlink(os.readlink(entry.path), f"{view}/{entry.name}")
    bind(libc, view, OPT)


def bind(libc: ctypes.CDLL, source: str, target: str) -> None:
    libc.mount(source.encode(), target.encode(), None, MS_BIND | MS_REC, None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
