"""A request passes only as its signer has signed it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localcloud.aws.account import ACCESS_KEY, REGION, SECRET_KEY
from localcloud.rest.signature import Forbidden, verify

URL = "http://127.0.0.1:8000/local/runs/a%20b?x=1&y=%C3%A4"
BODY = b'{"a": 1}'


def signed(
    *, secret: str = SECRET_KEY, key: str = ACCESS_KEY, service: str = "execute-api"
) -> dict[str, str]:
    request = AWSRequest("POST", URL, data=BODY, headers={"Content-Type": "application/json"})
    SigV4Auth(Credentials(key, secret), service, REGION).add_auth(request)
    return {**dict(request.headers.items()), "Host": "127.0.0.1:8000", "User-Agent": "any"}


def test_a_signed_request_passes() -> None:
    verify("POST", URL, signed(), BODY)


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("PUT", URL, BODY),
        ("POST", URL.replace("x=1", "x=2"), BODY),
        ("POST", URL.replace("runs", "run"), BODY),
        ("POST", URL, b"{}"),
    ],
)
def test_a_changed_request_does_not_pass(method: str, url: str, body: bytes) -> None:
    with pytest.raises(Forbidden, match="does not match"):
        verify(method, url, signed(), body)


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        (dict, "Missing Authentication Token"),
        (lambda: {"Authorization": "Bearer x"}, "not valid"),
        (lambda: signed(secret="other"), "does not match"),
        (lambda: signed(service="s3"), "does not match"),
        (lambda: signed(key="AKIAX"), "security token"),
        (lambda: signed() | {"X-Amz-Date": "yesterday"}, "ISO-8601"),
    ],
)
def test_without_the_right_signature_it_does_not_pass(
    headers: Callable[[], dict[str, str]], message: str
) -> None:
    with pytest.raises(Forbidden, match=message):
        verify("POST", URL, headers(), BODY)


@pytest.mark.parametrize(("minutes", "message"), [(-10, "expired"), (10, "not yet current")])
def test_a_signature_of_another_time_does_not_pass(minutes: int, message: str) -> None:
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    headers = signed() | {"X-Amz-Date": moment.strftime("%Y%m%dT%H%M%SZ")}

    with pytest.raises(Forbidden, match=message):
        verify("POST", URL, headers, BODY)
