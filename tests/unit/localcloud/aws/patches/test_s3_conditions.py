"""Conditional writes of S3, also of many at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.account import Clients
from tests.support.account_roles import refused

AT_ONCE = 20
PLACE = {"Bucket": "bucket", "Key": "one"}


@pytest.fixture(scope="module")
def s3(shared: Clients) -> Any:
    shared["s3"].create_bucket(Bucket="bucket")
    return shared["s3"]


def outcome(s3: Any, **parameters: Any) -> str:
    try:
        s3.put_object(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "written"


@pytest.mark.parametrize("size", [1, 200_000])
def test_of_many_writers_of_a_new_object_one_succeeds(s3: Any, size: int) -> None:
    def write(number: int) -> str:
        body = bytes([number]) * size
        return outcome(s3, Bucket="bucket", Key=f"new-{size}", Body=body, IfNoneMatch="*")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = Counter(pool.map(write, range(AT_ONCE)))

    assert outcomes == {"written": 1, "PreconditionFailed": AT_ONCE - 1}


def test_of_many_writers_over_one_content_one_succeeds(s3: Any) -> None:
    etag = s3.put_object(**PLACE, Body=b"before")["ETag"]

    def write(number: int) -> str:
        return outcome(s3, **PLACE, Body=bytes([number]) * 100_000, IfMatch=etag)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = Counter(pool.map(write, range(AT_ONCE)))

    assert outcomes == {"written": 1, "PreconditionFailed": AT_ONCE - 1}


def test_nothing_matches_an_object_that_is_not_there(s3: Any) -> None:
    status, code, _ = refused(s3.put_object, Bucket="bucket", Key="none", IfMatch='"abc"')

    assert (status, code) == (404, "NoSuchKey")


def test_only_a_star_may_match_nothing(s3: Any) -> None:
    status, code, _ = refused(s3.put_object, **PLACE, IfNoneMatch='"abc"')

    assert (status, code) == (501, "NotImplemented")


@pytest.mark.parametrize("condition", [{"IfNoneMatch": "*"}, {"IfMatch": '"another"'}])
def test_a_multipart_upload_ends_under_a_condition(s3: Any, condition: dict[str, str]) -> None:
    s3.put_object(**PLACE, Body=b"before")
    upload = {**PLACE, "UploadId": s3.create_multipart_upload(**PLACE)["UploadId"]}
    etag = s3.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}

    status, code, _ = refused(
        s3.complete_multipart_upload, **upload, MultipartUpload=parts, **condition
    )

    assert (status, code) == (412, "PreconditionFailed")


def test_a_delete_marker_cannot_be_read(s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(**PLACE, Body=b"x")
    marker = s3.delete_object(**PLACE)["VersionId"]

    status, code, _ = refused(s3.get_object, **PLACE, VersionId=marker)

    assert (status, code) == (405, "MethodNotAllowed")
