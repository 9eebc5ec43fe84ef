"""The account over HTTP, as AWS's clients and as broken ones speak to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localcloud.aws.account import Clients
from tests.support.fixture_service import Deployed
from tests.support.raw_http import exchange

PUT = b"PUT /bucket/key HTTP/1.1\r\nHost: here\r\n"


@pytest.fixture
def clients(deployed: Deployed) -> Iterator[Clients]:
    clients = Clients(deployed.environment["AWS_ENDPOINT_URL"])
    yield clients
    clients.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),  # no Host
        (b"GET http://[ HTTP/1.1\r\nHost: here\r\n\r\n", 400),
        (PUT + b"Content-Length: -5\r\n\r\n", 400),
        (PUT + b"Content-Length: five\r\n\r\n", 400),
        (PUT + b"Content-Length: 99999999999\r\n\r\n", 413),
        (PUT + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused(deployed: Deployed, sent: bytes, status: int) -> None:
    answer = exchange(deployed.environment["AWS_ENDPOINT_URL"], sent)

    assert (answer.status, answer.document["__type"]) == (status, "BadRequestException")


def test_a_head_tells_the_length_that_a_get_would_have(
    deployed: Deployed, clients: Clients
) -> None:
    place = {"Bucket": deployed.bucket, "Key": "head"}
    clients["s3"].put_object(**place, Body=b"x" * 1234)

    assert clients["s3"].head_object(**place)["ContentLength"] == 1234


def test_metadata_keep_their_names_and_keys_their_characters(
    deployed: Deployed, clients: Clients
) -> None:
    place = {"Bucket": deployed.bucket, "Key": "a b/ä+?%2F"}
    metadata = {"my_key": "1", "other-key": "2"}
    clients["s3"].put_object(**place, Body=b"", Metadata=metadata)

    assert clients["s3"].head_object(**place)["Metadata"] == metadata


def test_a_body_of_unknown_length_is_stored_whole(deployed: Deployed, clients: Clients) -> None:
    place = {"Bucket": deployed.bucket, "Key": "chunked"}

    class Pieces:  # without a length, so that it is sent in chunks
        def __init__(self) -> None:
            self.left = [b"one", b"two"]

        def read(self, _size: int = -1) -> bytes:
            return self.left.pop(0) if self.left else b""

    clients["s3"].upload_fileobj(Pieces(), **place)

    assert clients["s3"].get_object(**place)["Body"].read() == b"onetwo"
