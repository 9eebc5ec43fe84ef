"""What only S3 keeps beside an object's bytes, and errors that are no absence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

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
    with pytest.raises(ClientError, match="NoSuchBucket"):
        objects.copy_many({"copy": ("key", None)})
