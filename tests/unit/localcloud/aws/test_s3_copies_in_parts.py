"""An object that is too large for one request is copied in parts, with two permissions."""

from __future__ import annotations

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from localcloud.aws.account import Clients
from pipeline.aws.s3_objects import S3Objects
from tests.support.account_roles import Allowed

PART = 5 * 1024 * 1024
BODY = bytes(range(256)) * 45_000
READ = ("s3:GetObjectVersion", "arn:aws:s3:::parts/datasets/*")
WRITE = ("s3:PutObject", "arn:aws:s3:::parts/checked/*")


@pytest.fixture(scope="module")
def version(administrator: Clients) -> str:
    s3 = administrator["s3"]
    s3.create_bucket(Bucket="parts")
    s3.put_bucket_versioning(Bucket="parts", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="parts", Key="datasets/dogs.zip", Body=BODY)
    s3.put_object(Bucket="parts", Key="datasets/dogs.zip", Body=bytes(len(BODY)))
    return str(first["VersionId"])


def copy(worker: Clients, version: str) -> None:
    copying = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)
    objects = S3Objects(worker["s3"], "parts", copying=copying)
    objects.copy("checked/k/dataset.zip", "datasets/dogs.zip", version=version, etag="")


def test_the_exact_version_is_copied(administrator: Clients, worker: Allowed, version: str) -> None:
    copy(worker(READ, WRITE), version)

    found = administrator["s3"].get_object(Bucket="parts", Key="checked/k/dataset.zip")
    assert found["ETag"].endswith('-3"')
    assert found["Body"].read() == BODY


@pytest.mark.parametrize("kept", [READ, WRITE])
def test_neither_permission_is_enough_alone(
    worker: Allowed, version: str, kept: tuple[str, str]
) -> None:
    with pytest.raises(ClientError, match=r"403|AccessDenied"):
        copy(worker(kept), version)
