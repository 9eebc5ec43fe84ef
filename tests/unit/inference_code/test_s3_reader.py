"""Images from S3: exactly those that are meant, or why not."""

from __future__ import annotations

import sys
from typing import Any

import boto3
import pytest
from botocore.config import Config

from inference_code.photos import UnreadableImage
from inference_code.references import ImageUnavailable
from inference_code.s3_reader import S3Reader
from tests.support.image_buckets import ImageBucket

NOWHERE = "http://127.0.0.1:1"  # nobody listens there


def read(bucket: ImageBucket, image: dict[str, Any], **fields: Any) -> bytes:
    request = bucket.request(image, **fields)
    return S3Reader(lambda: bucket.s3).read(bucket.name, request.images[0], request.max_bytes)


def refused(bucket: ImageBucket, image: dict[str, Any], **fields: Any) -> str:
    with pytest.raises((ImageUnavailable, UnreadableImage)) as refusal:
        read(bucket, image, **fields)
    assert isinstance(refusal.value, ImageUnavailable | UnreadableImage)
    return refusal.value.code


def test_a_version_is_read_though_it_is_not_the_newest(bucket: ImageBucket) -> None:
    first = bucket.put("images/rex.jpg", b"first")
    bucket.put("images/rex.jpg", b"second")

    assert read(bucket, first) == b"first"


def test_without_a_version_the_etag_decides(bucket: ImageBucket) -> None:
    first = bucket.put("images/rex.jpg", b"first") | {"version": None}
    assert read(bucket, first) == b"first"

    bucket.put("images/rex.jpg", b"second")

    assert refused(bucket, first) == "overwritten"
    assert read(bucket, first | {"etag": None}) == b"second"


def test_a_version_that_was_deleted_is_gone(bucket: ImageBucket) -> None:
    image = bucket.put("images/rex.jpg", b"first")
    marker = bucket.s3.delete_object(Bucket=bucket.name, Key="images/rex.jpg")
    assert read(bucket, image) == b"first"

    bucket.s3.delete_object(Bucket=bucket.name, Key="images/rex.jpg", VersionId=image["version"])

    assert refused(bucket, image) == "deleted"
    assert refused(bucket, image | {"version": None}) == "deleted"
    assert refused(bucket, image | {"version": marker["VersionId"]}) == "deleted"


def test_an_archived_image_is_not_readable(bucket: ImageBucket) -> None:
    image = bucket.put("images/rex.jpg", b"first", StorageClass="GLACIER")

    assert refused(bucket, image) == "not_readable"


def test_what_has_no_size_or_too_much_is_not_asked_for(bucket: ImageBucket) -> None:
    missing = {"key": "images/none.jpg", "version": "v1", "etag": None}

    assert refused(bucket, missing | {"size": 0}) == "empty"
    assert refused(bucket, missing | {"size": 101}, max_bytes=100) == "too_large"


def test_what_is_larger_than_it_was_said_to_be_is_not_read(bucket: ImageBucket) -> None:
    image = bucket.put("images/rex.jpg", b"x" * 101) | {"size": 1}

    assert refused(bucket, image, max_bytes=100) == "too_large"


def test_a_service_that_does_not_answer_makes_an_image_unavailable(bucket: ImageBucket) -> None:
    image = bucket.put("images/rex.jpg", b"first")
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    session = boto3.Session("test", "test", region_name="us-east-1")
    silent = session.client("s3", endpoint_url=NOWHERE, config=config)

    assert refused(ImageBucket(silent, bucket.name), image) == "unavailable"


def test_a_container_without_boto3_says_so(
    bucket: ImageBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = bucket.request(bucket.put("images/rex.jpg", b"first")).images[0]
    monkeypatch.setitem(sys.modules, "boto3", None)

    with pytest.raises(ImageUnavailable, match="the model's container has no boto3"):
        S3Reader().read(bucket.name, image, 100)
