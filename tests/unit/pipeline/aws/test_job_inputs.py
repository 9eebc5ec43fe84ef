"""What a job reads lies in the bucket before the job is asked for, even if that is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.stub import Stubber

from pipeline.aws.sagemaker_jobs import SageMakerJobs
from pipeline.errors import QuotaRefused
from pipeline.names import run_key
from tests.fakes.objects import FakeObjects
from tests.support.samples import SETTINGS, run_in

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

RUN = run_in("preparing", weights=("weights/resnet50.pth",))


@pytest.fixture
def refusing(session: boto3.Session, request: pytest.FixtureRequest) -> Iterator[SageMakerClient]:
    """An account without a place for the job that the test asks for."""
    client = session.client("sagemaker")
    with Stubber(client) as stubber:
        stubber.add_client_error(request.param, "ResourceLimitExceeded", "limit is 0 Instances")
        yield client


@pytest.mark.parametrize("refusing", ["create_processing_job"], indirect=True)
def test_a_preparation_finds_its_weights(refusing: SageMakerClient) -> None:
    objects = FakeObjects()

    with pytest.raises(QuotaRefused):
        SageMakerJobs(refusing, objects, SETTINGS).start("preparation", RUN)

    assert objects.json(run_key(RUN.id, "weights.manifest"))[1] == "resnet50.pth"
