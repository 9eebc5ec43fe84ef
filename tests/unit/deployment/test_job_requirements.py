"""What a program imports is in SageMaker's image, or in its own requirements and nowhere else."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.packaging import PROJECT

SCRIPTS = {"preparation": "prepare", "tuning": "trial", "training": "train"}
IMAGE = Path(__file__).parent / "images" / "training.txt"
OURS = {"inference_code", "training_code"}
# The debugger's hook does without the one, the recorder without the other.
OPTIONAL = {"smdebug", "nvidia-ml-py", "pynvml"}
# What AWS's Dockerfile of the inference image installs, in whatever version.
IN_THE_MODEL_S_IMAGE = {"boto3", "botocore", "sagemaker-inference"}


def listed(path: Path) -> dict[str, Requirement]:
    lines = (line.strip() for line in path.read_text().splitlines())
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(one.name): one for one in found}


def requirements_of(program: str) -> dict[str, Requirement]:
    return listed(PROJECT / "training_code" / "requirements" / f"{program}.txt")


known_distributions = cache(packages_distributions)  # it reads the files of all packages


@cache
def imported_by(script: str) -> set[str]:
    """Distributions that a script and all of our modules that it reaches import."""
    return reached_from(f"training_code.{script}")


def needed_by(distribution: str) -> list[Requirement]:
    return [Requirement(text) for text in requires(distribution) or [] if "extra" not in text]


def reached_from(script: str) -> set[str]:
    seen: set[str] = set()
    waiting = {script}
    distributions: set[str] = set()
    while waiting:
        module = waiting.pop()
        seen.add(module)
        for name in _imports(module):
            top = name.partition(".")[0]
            if top in OURS:
                waiting |= {name} - seen
            else:
                distributions |= {*known_distributions().get(top, [])}
    return {str(canonicalize_name(name)) for name in distributions} - OPTIONAL


def _imports(module: str) -> set[str]:
    path = PROJECT / f"{module.replace('.', '/')}.py"
    if not path.exists():  # the package itself
        return set()
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {node.module, *inside} if node.module in OURS else {node.module}
    return found


@pytest.mark.parametrize("program", SCRIPTS)
def test_a_program_finds_all_that_it_imports(program: str) -> None:
    there = listed(IMAGE).keys() | requirements_of(program).keys()

    assert imported_by(SCRIPTS[program]) - there == set()


@pytest.mark.parametrize("program", SCRIPTS)
def test_a_program_installs_nothing_that_it_does_not_import(program: str) -> None:
    imported = imported_by(SCRIPTS[program])

    needed = imported | {one.name for name in imported for one in needed_by(name)}
    assert requirements_of(program).keys() - needed == set()


def test_a_model_s_container_installs_what_serving_imports_and_its_image_lacks() -> None:
    installed = listed(PROJECT / "inference_code" / "requirements.txt").keys()

    assert reached_from("inference_code.inference") == installed | IN_THE_MODEL_S_IMAGE


@pytest.mark.parametrize("program", SCRIPTS)
def test_what_is_installed_leaves_the_image_as_it_is(program: str) -> None:
    image = listed(IMAGE)
    wanted = [*requirements_of(program).values()]
    for one in [*wanted]:
        wanted += needed_by(one.name)

    for one in wanted:
        if one.name not in image and not [*one.specifier]:
            continue
        pinned = [pin.version for pin in image.get(one.name, one).specifier]
        assert one.specifier.contains(pinned[0]), f"{one} would replace {image[one.name]}"


def test_trials_start_without_an_installation() -> None:
    assert requirements_of("tuning") == {}


def test_a_search_finds_all_that_importing_optuna_takes() -> None:
    """Its databases are left out."""
    listed_there = requirements_of("preparation").keys() | listed(IMAGE).keys() | {"packaging"}
    absent = {name for one in needed_by("optuna") if (name := one.name.lower()) not in listed_there}
    modules = {"pyyaml": "yaml"}
    block = [f"sys.modules[{modules.get(name, name)!r}] = None" for name in sorted(absent)]
    search = "import optuna; optuna.create_study().optimize(lambda trial: 1.0, n_trials=1)"

    done = subprocess.run(
        [sys.executable, "-c", "; ".join(["import sys", *block, search])],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, absent) == (0, {"alembic", "pyyaml", "sqlalchemy"}), done.stderr


def test_the_jobs_images_are_those_of_which_the_lock_is_known() -> None:
    settings = (PROJECT / "resources" / "settings.yml").read_text()

    assert "training_image: pytorch:2.13-cpu-amzn2023-sagemaker" in settings


@pytest.mark.parametrize("program", SCRIPTS)
def test_requirements_are_the_versions_that_the_tests_run_with(program: str) -> None:
    locked = listed(PROJECT / "requirements.lock")

    for name, wanted in requirements_of(program).items():
        assert locked[name].specifier == wanted.specifier
