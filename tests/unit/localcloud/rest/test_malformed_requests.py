"""What API Gateway would not take is refused in its words, and reaches no function."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localcloud.rest.front import RestFront
from localcloud.rest.routes import RestApi, Route
from tests.fakes.directory import invited
from tests.fakes.functions import FakeFunctions
from tests.support.raw_http import exchange

ROUTE = Route(method="ANY", resource="/{proxy+}", resource_id="r", function="f", signed=False)
SIGNED = Route(method="ANY", resource="/signed", resource_id="s", function="f", signed=True)
GET = b"GET %s HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST /local/a HTTP/1.1\r\nHost: here\r\n"


@pytest.fixture
def functions() -> FakeFunctions:
    return FakeFunctions({"statusCode": 200, "body": "hello"})


@pytest.fixture
def front(functions: FakeFunctions) -> Iterator[RestFront]:
    api = RestApi(id="a", stage="local", routes=(ROUTE, SIGNED))
    front = RestFront(api, functions, invited("f").authority())
    front.start()
    yield front
    front.stop()


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        (b"GARBAGE\r\n\r\n", 400, "Bad Request"),
        (b"GET /local/a HTTP/1.1\r\n\r\n", 400, "Bad Request"),  # no Host
        (POST + b"Content-Length: -1\r\n\r\n", 400, "Bad Request"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "Bad Request"),
        (POST + b"Content-Length: 99999999999\r\n\r\n", 413, "Request Too Long"),
        (GET % b"/local/%zz", 400, "Bad Request"),
        (GET % b"/local/a?b=%", 400, "Bad Request"),
        (GET % b"/local/signed?b=%f", 400, "Bad Request"),
        (GET % b"/%", 400, "Bad Request"),
    ],
)
def test_a_malformed_request_is_refused(
    front: RestFront, functions: FakeFunctions, sent: bytes, status: int, said: str
) -> None:
    answer = exchange(front.url, sent)

    assert (answer.status, answer.document) == (status, {"message": said})
    assert functions.events == []


@pytest.mark.parametrize("target", [b"/local/%ff%00", b"/local/a?&&=", b"http://here/local/a"])
def test_an_odd_but_well_formed_request_reaches_its_function(
    front: RestFront, functions: FakeFunctions, target: bytes
) -> None:
    assert exchange(front.url, GET % target).body == b"hello"
    assert len(functions.events) == 1
