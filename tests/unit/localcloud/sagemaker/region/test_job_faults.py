"""Jobs that fail through no fault of their own."""

from __future__ import annotations

import pytest

from tests.support.faults import Suffer
from tests.support.sagemaker_engine import Cloud
from tests.support.transformed_images import INFERENCE, images
from tests.support.tuning_jobs import QUADRATIC, tune
from tests.support.waiting import eventually

INTERNAL_ERROR = "InternalServerError: We encountered an internal error. Please try again."
ASKED = (
    "import time\n"
    "def model_fn(folder): return None\n"
    "def transform_fn(model, body, content_type, accept):\n"
    "    while body == b'slow': time.sleep(0.1)\n"
    "    return body.decode()\n"
)


def start(cloud: Cloud, kind: str) -> str:
    if kind == "training":
        return cloud.train("print(1)")
    if kind == "processing":
        return cloud.process("true")
    return cloud.transform(cloud.model(INFERENCE), "S3Prefix", images(cloud, a="rex", b="bello"))


@pytest.mark.parametrize("kind", ["training", "processing", "transform"])
def test_sagemaker_fails_a_job_that_has_done_its_work(
    cloud: Cloud, suffer: Suffer, kind: str
) -> None:
    suffer(internal_errors=1)

    answer = cloud.ended(kind, start(cloud, kind))

    assert answer["FailureReason"] == INTERNAL_ERROR


def test_a_tuning_fails_with_its_trials(cloud: Cloud, suffer: Suffer) -> None:
    suffer(internal_errors=1)

    answer = cloud.ended("tuning", tune(cloud, QUADRATIC))

    assert answer["HyperParameterTuningJobStatus"] == "Failed"


def test_what_a_job_of_images_has_written_stays(cloud: Cloud, suffer: Suffer) -> None:
    suffer(internal_errors=1)

    job = start(cloud, "transform")

    assert cloud.ended("transform", job)["TransformJobStatus"] == "Failed"
    assert len(cloud.keys(f"transformed/{job}/")) == 2


@pytest.mark.parametrize("kind", ["training", "processing"])
def test_a_container_is_killed_midway(cloud: Cloud, suffer: Suffer, kind: str) -> None:
    suffer(container_deaths=1, death_after=0.1)
    sleeping = "import time; time.sleep(600)"

    job = cloud.train(sleeping) if kind == "training" else cloud.process("sleep 600")

    answer = cloud.ended(kind, job)
    assert answer["FailureReason"].startswith("AlgorithmError: ")
    assert answer["FailureReason"].endswith("exit code: 137")


def test_a_model_container_is_killed_midway(cloud: Cloud, suffer: Suffer) -> None:
    suffer(container_deaths=1, death_after=5)

    job = cloud.transform(cloud.model(ASKED), "S3Prefix", images(cloud, a="rex", b="slow"))

    answer = cloud.ended("transform", job)
    assert answer["FailureReason"] == "AlgorithmError: See job logs for more information"
    assert cloud.keys(f"transformed/{job}/") == [f"transformed/{job}/input/a.jpg.out"]
    log = "\n".join(cloud.log("TransformJobs", job))
    assert "b.jpg: Unable to get response from algorithm" in log


def test_outputs_appear_when_the_transform_job_ends(cloud: Cloud, suffer: Suffer) -> None:
    suffer(outputs_at_end=1, container_deaths=1, death_after=5)
    job = cloud.transform(cloud.model(ASKED), "S3Prefix", images(cloud, a="rex", b="slow"))
    eventually(lambda: cloud.describe("transform", job).get("TransformStartTime"))

    seen = cloud.keys(f"transformed/{job}/")

    assert cloud.ended("transform", job)["TransformJobStatus"] == "Failed"
    assert (seen, len(cloud.keys(f"transformed/{job}/"))) == ([], 1)


def test_a_worker_that_does_not_answer_in_time_is_replaced(cloud: Cloud) -> None:
    once = "import os, pathlib\n" + ASKED.replace(
        "while body == b'slow': time.sleep(0.1)",
        "mark = pathlib.Path(os.environ['SAGEMAKER_BASE_DIR'], 'mark')\n"
        "    first = not mark.exists()\n"
        "    mark.touch()\n"
        "    while first: time.sleep(0.1)",
    )
    model = cloud.model(once, SAGEMAKER_MODEL_SERVER_TIMEOUT="1")

    job = cloud.transform(model, "S3Prefix", images(cloud, a="rex"))

    assert cloud.ended("transform", job)["TransformJobStatus"] == "Completed"
    log = cloud.log("TransformJobs", job)
    assert "Backend worker did not respond in 1 s: worker died" in log
    assert cloud.get(f"transformed/{job}/input/a.jpg.out") == b"rex"
