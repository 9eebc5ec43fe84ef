"""smdebug in an image that has none: in a folder of its own, for one process started anew."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.support.packaging import PROJECT
from tests.support.wheels import make_wheel
from training_code.recorder.debugger_packages import REQUIREMENTS

PROGRAM = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from training_code.recorder.debugger_packages import start_with_smdebug
start_with_smdebug(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
try:
    import smdebug
    version = smdebug.VERSION
except ImportError:
    version = None
print(json.dumps({"smdebug": version, "argv": sys.argv[1:], "environment": dict(os.environ)}))
"""


def wanted() -> list[Requirement]:
    lines = REQUIREMENTS.read_text().splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


def pinned(one: Requirement) -> str:
    (pin,) = one.specifier
    return pin.version


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with pip and nothing else; and wheels for all that the debugger wants."""
    folder = tmp_path_factory.mktemp("image")
    venv.create(folder / "python", with_pip=True)
    for one in wanted():
        make_wheel(folder / "wheels", one.name.replace("-", "_"), pinned(one))
    (folder / "program.py").write_text(PROGRAM)
    (folder / "debughookconfig.json").write_text("{}")
    return folder


def run(image: Path, configuration: str, packages: str, wheels: str = "wheels") -> tuple[Any, str]:
    """What the program says at last, and what was printed before."""
    python = image / "python" / "bin" / "python"
    given = [str(image / configuration), packages, str(image / wheels)]
    environment = {**os.environ, "PYTHONPATH": "", "TMPDIR": str(image)}
    done = subprocess.run(
        [python, image / "program.py", PROJECT, *given],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    *before, last = done.stdout.splitlines()
    return json.loads(last), "\n".join(before)


def test_the_program_starts_once_more_where_smdebug_is(image: Path) -> None:
    told, _ = run(image, "debughookconfig.json", "wheels")

    assert told["smdebug"] == "1.0.34"
    assert told["argv"][2] == "wheels"
    assert told["environment"]["PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"] == "python"
    assert told["environment"]["PYTHONPATH"].startswith(str(image / "smdebug-"))


@pytest.mark.parametrize(
    ("configuration", "packages"), [("none.json", "wheels"), ("debughookconfig.json", "image")]
)
def test_unless_it_is_asked_for_and_may_be_installed_the_program_goes_on(
    image: Path, configuration: str, packages: str
) -> None:
    told, before = run(image, configuration, packages)

    assert told["smdebug"] is None
    assert before == ""


def test_where_it_cannot_be_had_the_training_goes_on_and_says_why(image: Path) -> None:
    told, before = run(image, "debughookconfig.json", "wheels", wheels="empty")

    assert told["smdebug"] is None
    assert before.startswith("debugger: configured, but smdebug cannot be installed here: ERROR: ")


def test_its_packages_are_the_versions_that_the_tests_run_with() -> None:
    lines = (PROJECT / "requirements.lock").read_text().splitlines()
    locked = {Requirement(line).name: Requirement(line) for line in lines if "==" in line}

    # What smdebug asks for has to be compiled; what there is ready-made does as well.
    differing = {one.name for one in wanted() if pinned(one) != pinned(locked[one.name])}
    assert differing <= {"pyinstrument"}
