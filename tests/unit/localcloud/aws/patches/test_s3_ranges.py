"""A part of an object, asked for by range."""

from __future__ import annotations

import pytest

from tests.support.fixture_service import Deployed


@pytest.mark.parametrize(
    ("asked", "status", "wanted"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=-3", 206, b"789"),
        ("bytes=8-", 206, b"89"),
        ("bytes=5-900", 206, b"56789"),
        ("bytes=7-3", 200, b"0123456789"),
        ("bytes=0-1,4-5", 200, b"0123456789"),
        ("lines=1", 200, b"0123456789"),
    ],
)
def test_a_range_of_an_object_is_what_s3_would_send(
    deployed: Deployed, asked: str, status: int, wanted: bytes
) -> None:
    s3, place = deployed.clients["s3"], {"Bucket": deployed.bucket, "Key": "ranges"}
    s3.put_object(**place, Body=b"0123456789")

    answer = s3.get_object(**place, Range=asked)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert answer["Body"].read() == wanted


def test_an_impossible_range_is_refused(deployed: Deployed) -> None:
    s3, place = deployed.clients["s3"], {"Bucket": deployed.bucket, "Key": "ranges"}
    s3.put_object(**place, Body=b"0123456789")

    with pytest.raises(s3.exceptions.ClientError, match="InvalidRange"):
        s3.get_object(**place, Range="bytes=10-")
