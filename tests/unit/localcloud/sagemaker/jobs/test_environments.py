"""Every job has Python packages of its own, as a container has; the project's stay as they are."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sagemaker_engine import IMAGE, ROLE, Cloud, new_name
from tests.support.tar_archives import targz
from tests.support.wheels import make_wheel

SHOW = "import tiny_dog; print('version', tiny_dog.VERSION)\n"
PIP = "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', {}])\n"
INFERENCE = """
import tiny_dog
def model_fn(folder): return tiny_dog.VERSION
def input_fn(body, content_type): return body
def predict_fn(body, model): return model
def output_fn(prediction, accept): return prediction
"""


@pytest.fixture(autouse=True)
def untouched_packages() -> Iterator[None]:
    """No job may add to, change or remove what this interpreter has."""
    before = installed_here()
    yield
    assert installed_here() == before


def installed_here() -> list[tuple[str, int]]:
    folders = [Path(entry) for entry in sys.path if entry.endswith("site-packages")]
    entries = [entry for folder in folders for entry in folder.iterdir()]
    scripts = Path(sys.executable).parent.iterdir()
    return sorted((str(path), path.lstat().st_mtime_ns) for path in (*entries, *scripts))


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    for version in ("1.0", "2.0"):
        make_wheel(folder, "tiny_dog", version)
    return folder


def requirements(wheels: Path) -> dict[str, str]:
    return {"requirements.txt": f"--no-index\n--find-links {wheels}\ntiny-dog==1.0\n"}


def completed_log(cloud: Cloud, job: str) -> list[str]:
    answer = cloud.ended("training", job)
    log = cloud.log("TrainingJobs", job)
    assert answer["TrainingJobStatus"] == "Completed", "\n".join(log)
    return log


def test_what_a_job_requires_is_installed_for_it_and_told_in_its_log(
    cloud: Cloud, wheels: Path
) -> None:
    log = completed_log(cloud, cloud.train(SHOW, files=requirements(wheels)))

    assert log[-2:] == ["Successfully installed tiny-dog-1.0", "version 1.0"]


def test_the_same_requirements_are_installed_once(cloud: Cloud, wheels: Path) -> None:
    completed_log(cloud, cloud.train(SHOW, files=requirements(wheels)))
    shutil.rmtree(wheels)

    log = completed_log(cloud, cloud.train(f"{SHOW}#", files=requirements(wheels)))

    assert log == ["version 1.0"]


def test_commands_that_were_installed_see_the_jobs_own_packages(cloud: Cloud, wheels: Path) -> None:
    script = '#!/bin/sh\ntiny_dog-command\npip install -q --no-index tiny-dog==2.0 -f "$2"\n'
    files = {**requirements(wheels), "run.sh": f"{script}tiny_dog-command\n"}

    job = cloud.train(
        "", files=files, hyperparameters={"sagemaker_program": "run.sh", "f": str(wheels)}
    )

    log = completed_log(cloud, job)
    assert [line for line in log if line.startswith("tiny_dog")] == ["tiny_dog 1.0", "tiny_dog 2.0"]


def test_what_a_job_installs_itself_is_gone_with_it(cloud: Cloud, wheels: Path) -> None:
    newer = PIP.format(repr(str(wheels / "tiny_dog-2.0-py3-none-any.whl"))) + SHOW
    first = completed_log(cloud, cloud.train(newer, files=requirements(wheels)))

    second = completed_log(cloud, cloud.train(SHOW, files=requirements(wheels)))

    assert first[-1] == "version 2.0"
    assert second[-1] == "version 1.0"


def test_a_job_without_requirements_may_install_too(cloud: Cloud, wheels: Path) -> None:
    wheel = wheels / "tiny_dog-1.0-py3-none-any.whl"

    first = cloud.ended("processing", cloud.process(f"pip install {wheel} && tiny_dog-command"))
    second = cloud.ended("processing", cloud.process("tiny_dog-command"))

    assert first["ProcessingJobStatus"] == "Completed"
    assert "exit code: 127" in second["FailureReason"]


def test_what_pip_cannot_install_fails_the_job_in_its_words(cloud: Cloud) -> None:
    files = {"requirements.txt": "--no-index\nno-such-package==1.0\n"}

    answer = cloud.ended("training", cloud.train("print(1)", files=files))

    assert answer["TrainingJobStatus"] == "Failed"
    assert answer["FailureReason"].startswith(
        "AlgorithmError: InstallRequirementsError:\nExitCode 1"
    )
    assert "No matching distribution found for no-such-package==1.0" in answer["FailureReason"]


def test_a_model_brings_its_requirements(cloud: Cloud, wheels: Path) -> None:
    files = {f"code/{name}": text for name, text in requirements(wheels).items()}
    archive = targz({"code/inference.py": INFERENCE, **files})
    model = new_name("model")
    container = {
        "Image": IMAGE,
        "ModelDataUrl": cloud.put(f"models/{model}.tar.gz", archive),
        "Environment": {"SAGEMAKER_PROGRAM": "inference.py"},
    }
    cloud.sagemaker.create_model(ModelName=model, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    uri = cloud.put(f"asked/{model}/one.txt", "?")

    job = cloud.transform(model, "S3Prefix", uri)

    assert cloud.ended("transform", job)["TransformJobStatus"] == "Completed"
    assert cloud.get(f"transformed/{job}/one.txt.out") == b"1.0"
