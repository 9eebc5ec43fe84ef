"""The port of jobs: what the fake and the adapter, before the local engine, promise.

The engine runs what Kennel asks for; the code bundle holds a program of the test's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import get_args

import boto3
import pytest

from localcloud.sagemaker.api.server import SageMakerServer
from pipeline.aws.s3_objects import S3Objects
from pipeline.aws.sagemaker_jobs import SageMakerJobs
from pipeline.errors import QuotaRefused
from pipeline.names import JobKind, bundle_key
from pipeline.ports import JobOutcome, Jobs, Objects
from pipeline.settings import Settings
from tests.fakes.jobs import FakeJobs
from tests.fakes.objects import FakeObjects
from tests.support.preparations import WORKS, bundle_of, ended, name_of, new_run
from tests.support.samples import SETTINGS
from tests.support.waiting import eventually

INSTANCES = 2
KINDS: list[JobKind] = [kind for kind in get_args(JobKind) if kind != "model"]  # it is no job


@dataclass(frozen=True)
class Plane:
    """The port, and how its account is made to refuse."""

    jobs: Jobs
    objects: Objects
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
def settings(bucket: str) -> Settings:
    return replace(SETTINGS, bucket=bucket)


@pytest.fixture
def objects(bucket: str, request: pytest.FixtureRequest) -> S3Objects:
    """The bucket, with code that works until it is stopped."""
    objects = S3Objects(request.getfixturevalue("s3"), bucket)
    objects.write(bundle_key("0" * 64, "preparation"), bundle_of(WORKS))
    return objects


@pytest.fixture
def adapter(
    engine: SageMakerServer, session: boto3.Session, objects: S3Objects, settings: Settings
) -> Iterator[SageMakerJobs]:
    client = session.client("sagemaker", endpoint_url=engine.url)
    yield SageMakerJobs(client, objects, settings)
    for listed in client.list_processing_jobs(StatusEquals="InProgress")["ProcessingJobSummaries"]:
        client.stop_processing_job(ProcessingJobName=listed["ProcessingJobName"])
    eventually(
        lambda: not client.list_processing_jobs(StatusEquals="Stopping")["ProcessingJobSummaries"]
    )


@pytest.fixture(params=["fake", "sagemaker"])
def plane(request: pytest.FixtureRequest) -> Plane:
    if request.param == "fake":
        fake = FakeJobs(SETTINGS)
        return Plane(fake, FakeObjects(), lambda: fake.refuse("preparation"))
    adapter: SageMakerJobs = request.getfixturevalue("adapter")
    objects: S3Objects = request.getfixturevalue("objects")

    def use_up_quota() -> None:
        for _ in range(INSTANCES):
            adapter.start("preparation", new_run(objects))

    return Plane(adapter, objects, use_up_quota)


def test_a_started_job_works(plane: Plane) -> None:
    run = new_run(plane.objects)

    plane.jobs.start("preparation", run)

    assert plane.jobs.outcome("preparation", name_of(run)) == JobOutcome(None)


def test_a_job_started_twice_is_one_job(plane: Plane) -> None:
    run = new_run(plane.objects)

    for _ in range(2):
        plane.jobs.start("preparation", run)

    assert plane.jobs.outcome("preparation", name_of(run)) == JobOutcome(None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_that_was_never_started_has_no_outcome(plane: Plane, kind: JobKind) -> None:
    assert plane.jobs.outcome(kind, f"never-{kind}") is None


@pytest.mark.parametrize("kind", KINDS)
def test_stopping_what_was_never_started_changes_nothing(plane: Plane, kind: JobKind) -> None:
    plane.jobs.stop(kind, f"never-{kind}")

    assert plane.jobs.outcome(kind, f"never-{kind}") is None


def test_a_job_over_the_quota_is_refused_and_not_started(plane: Plane) -> None:
    run = new_run(plane.objects)
    plane.use_up_quota()

    with pytest.raises(QuotaRefused) as raised:
        plane.jobs.start("preparation", run)

    assert raised.value.job == name_of(run)
    assert plane.jobs.outcome("preparation", name_of(run)) is None


def test_a_stopped_job_ends_stopped(adapter: SageMakerJobs, objects: S3Objects) -> None:
    run = new_run(objects)
    adapter.start("preparation", run)

    for _ in range(2):
        adapter.stop("preparation", name_of(run))

        assert ended(adapter, run).status == "Stopped"


def test_a_job_that_completed_says_so(adapter: SageMakerJobs, objects: S3Objects) -> None:
    run = new_run(objects)
    objects.write(bundle_key(run.source, "preparation"), bundle_of(""))

    adapter.start("preparation", run)

    assert ended(adapter, run) == JobOutcome("Completed")


def test_a_failed_job_s_own_sentence_is_its_reason(
    adapter: SageMakerJobs, objects: S3Objects
) -> None:
    run = new_run(objects)
    said = "open('/opt/ml/output/message', 'w').write('too few images are left')"
    objects.write(
        bundle_key(run.source, "preparation"), bundle_of(f"{said}\nraise SystemExit(1)\n")
    )

    adapter.start("preparation", run)

    assert ended(adapter, run) == JobOutcome("Failed", "too few images are left")


def test_a_job_that_ran_out_of_time_has_failed(
    engine: SageMakerServer, session: boto3.Session, objects: S3Objects, settings: Settings
) -> None:
    run = new_run(objects)
    client = session.client("sagemaker", endpoint_url=engine.url)
    hasty = SageMakerJobs(client, objects, replace(settings, max_runtime_seconds=1))

    hasty.start("preparation", run)

    assert ended(hasty, run) == JobOutcome("Failed", "it ran longer than 1 s")


def test_a_fake_outcome_is_what_the_test_says() -> None:
    run, jobs = new_run(FakeObjects()), FakeJobs(SETTINGS)
    jobs.start("preparation", run)

    jobs.end(name_of(run), "Failed", "why")

    assert jobs.outcome("preparation", name_of(run)) == JobOutcome("Failed", "why")
