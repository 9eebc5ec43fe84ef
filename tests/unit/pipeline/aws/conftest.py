"""Each port thrice: in memory, and as its AWS adapter against a moto server and AWS in memory."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber
from moto.server import ThreadedMotoServer

from pipeline.aws.dynamo_images import DynamoImages
from pipeline.aws.dynamo_rounds import DynamoRounds
from pipeline.aws.dynamo_runs import DynamoRuns
from pipeline.aws.s3_objects import S3Objects
from pipeline.aws.sagemaker_jobs import SageMakerJobs
from pipeline.ports import Images, Objects, Rounds, Runs
from tests.chaos.aws.wire import wire
from tests.chaos.silent_account import silent_clients
from tests.fakes.images import FakeImages
from tests.fakes.objects import FakeObjects
from tests.fakes.rounds import FakeRounds
from tests.fakes.runs import FakeRuns
from tests.support.samples import SETTINGS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

numbers = count()


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def session() -> boto3.Session:
    return boto3.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    )


@pytest.fixture
def dynamodb(session: boto3.Session, endpoint: str) -> DynamoDBClient:
    return session.client("dynamodb", endpoint_url=endpoint)


@pytest.fixture
def table(dynamodb: DynamoDBClient) -> str:
    """The name of a new table of the form that resources/table.yml declares."""
    name = f"ledger-{next(numbers)}"
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "kind", "AttributeType": "S"},
            {"AttributeName": "id", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "kind", "KeyType": "HASH"},
            {"AttributeName": "id", "KeyType": "RANGE"},
        ],
    )
    return name


@pytest.fixture
def s3(session: boto3.Session, endpoint: str) -> S3Client:
    return session.client("s3", endpoint_url=endpoint)


@pytest.fixture
def bucket(s3: S3Client) -> str:
    """The name of a new versioned bucket."""
    name = f"kennel-contract-{next(numbers)}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.fixture(params=["fake", "dynamodb", "memory"])
def runs(request: pytest.FixtureRequest) -> Runs:
    if request.param == "fake":
        return FakeRuns()
    return DynamoRuns(*_dynamodb(request))


@pytest.fixture(params=["fake", "dynamodb", "memory"])
def images(request: pytest.FixtureRequest) -> Images:
    if request.param == "fake":
        return FakeImages()
    return DynamoImages(*_dynamodb(request))


@pytest.fixture(params=["fake", "dynamodb", "memory"])
def rounds(request: pytest.FixtureRequest) -> Rounds:
    if request.param == "fake":
        return FakeRounds()
    return DynamoRounds(*_dynamodb(request))


@pytest.fixture(params=["fake", "s3", "memory"])
def objects(request: pytest.FixtureRequest) -> Objects:
    if request.param == "fake":
        return FakeObjects()
    if request.param == "memory":
        return S3Objects(silent_clients()["s3"], SETTINGS.bucket)
    return S3Objects(request.getfixturevalue("s3"), request.getfixturevalue("bucket"))


def _dynamodb(request: pytest.FixtureRequest) -> tuple[DynamoDBClient, str]:
    if request.param == "memory":
        return silent_clients()["dynamodb"], SETTINGS.table
    return request.getfixturevalue("dynamodb"), request.getfixturevalue("table")


@pytest.fixture
def put(objects: Objects, request: pytest.FixtureRequest) -> Callable[[str, bytes], str]:
    """What a user does: puts an object and is told its version."""
    if isinstance(objects, FakeObjects):
        return objects.put
    if request.node.callspec.params["objects"] == "memory":
        s3, bucket = wire().clients["s3"], SETTINGS.bucket
    else:
        s3, bucket = request.getfixturevalue("s3"), request.getfixturevalue("bucket")

    def put_object(key: str, body: bytes) -> str:
        answer: dict[str, Any] = s3.put_object(Bucket=bucket, Key=key, Body=body)
        return str(answer["VersionId"])

    return put_object


@pytest.fixture
def stub(session: boto3.Session) -> Iterator[tuple[SageMakerJobs, Stubber]]:
    """Jobs as SageMaker's answers, laid in by the test, make them."""
    client = session.client("sagemaker")
    with Stubber(client) as stubber:
        yield SageMakerJobs(client, FakeObjects(), SETTINGS), stubber
        stubber.assert_no_pending_responses()
