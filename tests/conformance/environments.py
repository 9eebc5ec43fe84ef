"""Environments of foreign clients: made once for the text of their requirements."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements")
FOLDER = Path(__file__).parents[2] / "build" / "conformance"


def python_of(name: str, *, beneath: bool = False) -> Path:
    """The Python of an environment with `requirements/<name>.txt`.

    With `beneath`, the project's own packages can be imported as well, after those.
    """
    text = (REQUIREMENTS / f"{name}.txt").read_bytes()
    folder = FOLDER / f"{name}-{hashlib.sha256(text).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    complete = folder / "complete"
    if not complete.exists():
        venv.create(folder, clear=True, with_pip=True)
        if beneath:
            _lay_beneath(python)
        _install(python, REQUIREMENTS / f"{name}.txt")
        complete.touch()
    return python


def _install(python: Path, requirements: Path) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-conflicts"]
    subprocess.run([python, "-m", "pip", "install", *quiet, "-r", requirements], check=True)


def _lay_beneath(python: Path) -> None:
    show = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = subprocess.check_output([python, "-c", show], text=True).strip()
    Path(own, "project.pth").write_text(sysconfig.get_path("purelib") + "\n")
    assert sys.version_info[:2] == _version(python), "the project's packages are of another Python"


def _version(python: Path) -> tuple[int, int]:
    show = "import sys; print(*sys.version_info[:2])"
    major, minor = subprocess.check_output([python, "-c", show], text=True).split()
    return int(major), int(minor)
