"""smdebug's packages in a folder of their own, on the path of this process alone.

smdebug wants a protobuf of 2021 and a numpy below 2.3. SageMaker's images have newer ones, which
what else is in them needs. So nothing is installed into the image: the program starts once more
where the folder comes first, and protobuf reads smdebug's old messages by its Python code.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from training_code.job.environment import process_environment
from training_code.job.hyperparameters import Packages

REQUIREMENTS: Final = Path(__file__).parents[1] / "requirements" / "debugger.txt"
# Set in the process that has been started anew: it does not start itself again.
STARTED: Final = "KENNEL_DEBUGGER_PACKAGES"


def start_with_smdebug(configuration: Path, packages: Packages, wheels: Path | None) -> None:
    """Does not return if the debugger is configured and smdebug can be had, but is not here yet.

    Without it the training goes on: what it learns does not depend on who looks.
    """
    if not configuration.is_file() or find_spec("smdebug") or STARTED in process_environment():
        return
    if packages == "image":
        return  # which has all that the deployment wants; the hook says that it is not there
    folder = Path(tempfile.mkdtemp(prefix="smdebug-"))
    if not _install(folder, ["--no-index", f"--find-links={wheels}"] if wheels else []):
        return
    sys.stdout.flush()
    sys.stderr.flush()
    arguments = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, arguments, _environment(folder))  # noqa: S606  # our own arguments


def _install(folder: Path, source: Sequence[str]) -> bool:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    wanted = ["--only-binary=:all:", "--target", str(folder), "--requirement", str(REQUIREMENTS)]
    done = subprocess.run([*command, *source, *wanted], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["pip says nothing"])[-1]
        print(f"debugger: configured, but smdebug cannot be installed here: {reason}", flush=True)
    return done.returncode == 0


def _environment(folder: Path) -> dict[str, str]:
    now = process_environment()
    path = now.get("PYTHONPATH")
    return {
        **now,
        "PYTHONPATH": os.pathsep.join([str(folder), *([path] if path else [])]),
        "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "python",
        STARTED: str(folder),
    }
