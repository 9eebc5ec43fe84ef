"""A tuning that was let in finds no room when its trials find none, as the engine tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
import requests

from localcloud.sagemaker.api.server import SageMakerServer
from pipeline.aws.s3_objects import S3Objects
from pipeline.aws.sagemaker_jobs import SageMakerJobs
from pipeline.names import bundle_key, run_key
from tests.support.preparations import bundle_of, new_run
from tests.support.samples import SETTINGS
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def engine(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SageMakerServer]:
    server = SageMakerServer(
        folder=tmp_path_factory.mktemp("engine"),
        aws_endpoint_url=endpoint,
        region="us-east-1",
        account="123456789012",
    )
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("faults", "found_no_room"),
    [({"trials-refused": 1}, True), ({"capacity-errors": 1}, True), ({}, False)],
)
def test_a_tuning_found_no_room_if_its_trials_found_none(
    engine: SageMakerServer,
    session: boto3.Session,
    s3: object,
    bucket: str,
    faults: dict[str, float],
    found_no_room: bool,
) -> None:
    objects = S3Objects(s3, bucket)  # type: ignore[arg-type]  # the fixture's client
    run = new_run(objects)
    objects.write(bundle_key(run.source, "tuning"), bundle_of(""))
    objects.write(run_key(run.id, "features/train.npz"), b"features")
    requests.post(f"{engine.url}/faults", json=faults, timeout=9).raise_for_status()
    client = session.client("sagemaker", endpoint_url=engine.url)
    jobs = SageMakerJobs(client, objects, replace(SETTINGS, bucket=bucket))

    jobs.start("tuning", run)

    name = run.job_name("tuning", SETTINGS)
    outcome = eventually(lambda: jobs.outcome("tuning", name), lambda outcome: outcome.status)
    assert (outcome.status, outcome.found_no_room) == ("Failed", found_no_room)
