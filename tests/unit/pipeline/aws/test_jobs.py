"""SageMaker's control plane: what the fake and the adapter, before the local engine, promise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from localcloud.sagemaker.api.server import SageMakerServer
from pipeline.aws.sagemaker_jobs import OPERATIONS, SageMakerJobs
from pipeline.errors import QuotaRefused
from pipeline.names import JobKind
from pipeline.ports import JobOutcome, Jobs
from tests.fakes.jobs import FakeJobs

INSTANCES = 2
KINDS: list[JobKind] = list(OPERATIONS)


@dataclass(frozen=True)
class Plane:
    """The port, and how its account is made to refuse."""

    jobs: Jobs
    use_up_quota: Callable[[], None]


@pytest.fixture(scope="module")
def engine(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SageMakerServer]:
    server = SageMakerServer(
        folder=tmp_path_factory.mktemp("engine"),
        aws_endpoint_url=endpoint,
        region="us-east-1",
        account="123456789012",
        quotas={"processing": INSTANCES},
        stop_grace_seconds=1.0,
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture
def adapter(engine: SageMakerServer, session: boto3.Session) -> Iterator[SageMakerJobs]:
    client = session.client("sagemaker", endpoint_url=engine.url)
    yield SageMakerJobs(client)
    for listed in client.list_processing_jobs(StatusEquals="InProgress")["ProcessingJobSummaries"]:
        client.stop_processing_job(ProcessingJobName=listed["ProcessingJobName"])
    until(
        lambda: not client.list_processing_jobs(StatusEquals="Stopping")["ProcessingJobSummaries"]
    )


@pytest.fixture(params=["fake", "sagemaker"])
def plane(request: pytest.FixtureRequest) -> Plane:
    if request.param == "fake":
        jobs = FakeJobs()
        return Plane(jobs, lambda: jobs.refuse("create_processing_job"))
    adapter: SageMakerJobs = request.getfixturevalue("adapter")

    def use_up_quota() -> None:
        for number in range(INSTANCES):
            adapter.create("create_processing_job", processing(f"other-{time.time_ns()}-{number}"))

    return Plane(adapter, use_up_quota)


def processing(name: str, command: str = "sleep 60", seconds: int = 600) -> dict[str, Any]:
    """A job that works until it is stopped, unless told otherwise."""
    return {
        "ProcessingJobName": name,
        "RoleArn": "arn:aws:iam::123456789012:role/jobs",
        "AppSpecification": {
            "ImageUri": "image",
            "ContainerEntrypoint": ["/bin/sh", "-c", command],
        },
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.xlarge",
                "VolumeSizeInGB": 1,
            }
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": seconds},
    }


def until(true: Callable[[], bool]) -> None:
    """Bounded retry: half a minute, far more than a job of ours needs."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it did not become true in time"
        time.sleep(0.05)


def ended(jobs: Jobs, name: str) -> JobOutcome:
    def outcome() -> JobOutcome:
        found = jobs.outcome("preparation", name)
        assert found
        return found

    until(lambda: outcome().status is not None)
    return outcome()


def test_a_created_job_works(plane: Plane) -> None:
    plane.jobs.create("create_processing_job", processing("works"))

    assert plane.jobs.outcome("preparation", "works") == JobOutcome(None)


def test_a_job_created_twice_is_one_job(plane: Plane) -> None:
    for _ in range(2):
        plane.jobs.create("create_processing_job", processing("twice"))

    assert plane.jobs.outcome("preparation", "twice") == JobOutcome(None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_that_was_never_created_has_no_outcome(plane: Plane, kind: JobKind) -> None:
    assert plane.jobs.outcome(kind, f"never-{kind}") is None


@pytest.mark.parametrize("kind", KINDS)
def test_stopping_what_was_never_created_changes_nothing(plane: Plane, kind: JobKind) -> None:
    plane.jobs.stop(kind, f"never-{kind}")

    assert plane.jobs.outcome(kind, f"never-{kind}") is None


def test_a_job_over_the_quota_is_refused_and_not_created(plane: Plane) -> None:
    plane.use_up_quota()

    with pytest.raises(QuotaRefused) as raised:
        plane.jobs.create("create_processing_job", processing("refused"))

    assert raised.value.job == "refused"
    assert plane.jobs.outcome("preparation", "refused") is None


def test_a_stopped_job_ends_stopped(adapter: SageMakerJobs) -> None:
    adapter.create("create_processing_job", processing("stopped"))

    adapter.stop("preparation", "stopped")

    assert ended(adapter, "stopped").status == "Stopped"
    adapter.stop("preparation", "stopped")
    assert ended(adapter, "stopped").status == "Stopped"


def test_a_job_that_completed_says_so(adapter: SageMakerJobs) -> None:
    adapter.create("create_processing_job", processing("completed", "true"))

    assert ended(adapter, "completed") == JobOutcome("Completed")


def test_a_failed_job_s_own_sentence_is_its_reason(adapter: SageMakerJobs, tmp_path: Path) -> None:
    command = 'echo "too few images are left" > /opt/ml/output/message; exit 1'
    adapter.create("create_processing_job", processing("failed", command))

    outcome = ended(adapter, "failed")

    assert outcome.status == "Failed"
    assert (outcome.reason or "").strip() == "too few images are left"


def test_a_job_that_ran_out_of_time_has_failed(adapter: SageMakerJobs) -> None:
    adapter.create("create_processing_job", processing("slow", seconds=1))

    assert ended(adapter, "slow") == JobOutcome("Failed", "it ran longer than 1 s")


def test_a_fake_outcome_is_what_the_test_says() -> None:
    jobs = FakeJobs()
    jobs.create("create_processing_job", processing("x"))

    jobs.end("x", "Failed", "why")

    assert jobs.outcome("preparation", "x") == replace(JobOutcome("Failed"), reason="why")
