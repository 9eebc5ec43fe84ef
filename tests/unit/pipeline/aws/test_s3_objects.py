"""What only S3 keeps beside an object's bytes, and errors that are no absence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from pipeline.aws.s3_objects import S3Objects

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def test_a_written_object_has_the_content_type_that_it_was_given(s3: S3Client, bucket: str) -> None:
    objects = S3Objects(s3, bucket)

    objects.write("a.json", b"{}")
    objects.write("a.gz", b"", content_type="application/gzip")

    assert s3.head_object(Bucket=bucket, Key="a.json")["ContentType"] == "application/json"
    assert s3.head_object(Bucket=bucket, Key="a.gz")["ContentType"] == "application/gzip"


def test_tagged_objects_carry_the_tag(s3: S3Client, bucket: str) -> None:
    objects = S3Objects(s3, bucket)
    objects.write_many({"t/0": b"", "t/1": b""})

    objects.tag_many(["t/0", "t/1"], "kennel-retention", "tuning")

    tags = s3.get_object_tagging(Bucket=bucket, Key="t/1")["TagSet"]
    assert tags == [{"Key": "kennel-retention", "Value": "tuning"}]


def test_a_missing_bucket_is_not_taken_for_a_missing_object(s3: S3Client) -> None:
    objects = S3Objects(s3, "no-such-bucket-anywhere")

    with pytest.raises(ClientError, match="NoSuchBucket"):
        objects.read("key")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        objects.read_range("key", 0, 1, version=None)


def test_what_is_too_large_for_one_request_is_copied_in_parts(s3: S3Client, bucket: str) -> None:
    body = bytes(range(256)) * 45_000
    first = s3.put_object(Bucket=bucket, Key="zip", Body=body, Tagging="mine=1")
    s3.put_object(Bucket=bucket, Key="zip", Body=bytes(len(body)))

    parts = 5 * 1024 * 1024
    copying = TransferConfig(multipart_threshold=parts, multipart_chunksize=parts)
    objects = S3Objects(s3, bucket, copying=copying)
    objects.copy("checked/0", "zip", version=first["VersionId"], etag="")

    assert objects.read("checked/0") == body
    assert s3.head_object(Bucket=bucket, Key="checked/0")["ETag"].endswith('-3"')


def test_a_copy_leaves_the_user_s_tags_behind(s3: S3Client, bucket: str) -> None:
    put = s3.put_object(Bucket=bucket, Key="images/a", Body=b"dog", Tagging="mine=1")

    S3Objects(s3, bucket).copy("b/0", "images/a", version=put["VersionId"], etag="")

    assert s3.get_object_tagging(Bucket=bucket, Key="b/0")["TagSet"] == []


@pytest.mark.parametrize("status", [403, 500, 503])
def test_an_object_that_cannot_be_asked_for_is_not_taken_for_a_missing_one(
    session: boto3.Session, status: int
) -> None:
    client = session.client("s3")
    with Stubber(client) as stubber:
        stubber.add_client_error("head_object", str(status), http_status_code=status)

        with pytest.raises(ClientError):
            S3Objects(client, "bucket").exists("key")


@pytest.mark.parametrize("status", [500, 503])
def test_a_bucket_in_trouble_tells_of_no_version(session: boto3.Session, status: int) -> None:
    client = session.client("s3")
    objects = S3Objects(client, "bucket")
    with Stubber(client) as stubber:
        stubber.add_client_error("head_object", str(status), http_status_code=status)

        with pytest.raises(ClientError, match=str(status)):
            objects.are_overwritten([("key", "v1")])
