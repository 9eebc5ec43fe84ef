"""A request passes only as its signer has signed it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.credentials import Credentials

from localcloud.aws.account import REGION
from localcloud.rest.claims import Forbidden
from localcloud.rest.signature import verify
from localcloud.sagemaker.http.messages import Request
from tests.support.local_key import secret_of
from tests.support.signed_requests import LOCAL, URL, signed

STAMP = "%Y%m%dT%H%M%SZ"
# Those with `S3` sign x-amz-content-sha256 as well, as awscurl and the JavaScript SDK do.
SIGNERS = {
    "header": SigV4Auth(LOCAL, "execute-api", REGION),
    "header with the body's hash": S3SigV4Auth(LOCAL, "execute-api", REGION),
    "query": SigV4QueryAuth(LOCAL, "execute-api", REGION, expires=60),
}


def with_header(request: Request, name: str, value: str) -> Request:
    others = [(key, given) for key, given in request.headers if key.lower() != name.lower()]
    return replace(request, headers=[*others, (name, value)])


@pytest.fixture(params=SIGNERS)
def signer(request: pytest.FixtureRequest) -> SigV4Auth:
    return SIGNERS[request.param]


def test_a_signed_request_passes(signer: SigV4Auth) -> None:
    request = signed(signer, url=URL.replace("a%20b", "rex"))

    assert verify(request, secret_of).key == LOCAL.access_key


def test_a_path_with_escapes_passes() -> None:
    assert verify(signed(), secret_of)


def test_a_get_without_a_body_passes(signer: SigV4Auth) -> None:
    assert verify(signed(signer, method="GET", body=b"", url="http://here/local/a"), secret_of)


def test_headers_that_are_signed_may_come_twice_and_with_spaces() -> None:
    request = signed(headers={"X-Mine": "  a   b "})

    assert verify(with_header(request, "X-Mine", "a b"), secret_of)


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "PUT"},
        {"path": "/local/run/a%20b"},
        {"query": "x=2"},
        {"query": ""},
        {"body": b"{}"},
    ],
)
def test_a_changed_request_does_not_pass(changes: dict[str, Any]) -> None:
    with pytest.raises(Forbidden, match="does not match"):
        verify(replace(signed(), **changes), secret_of)


def test_a_request_for_another_host_does_not_pass() -> None:
    with pytest.raises(Forbidden, match="does not match"):
        verify(with_header(signed(), "Host", "elsewhere"), secret_of)


@pytest.mark.parametrize("change", [("/local/", "/prod/"), ("x=1", "x=2"), ("=60", "=90")])
def test_a_changed_address_does_not_pass(change: tuple[str, str]) -> None:
    request = signed(SIGNERS["query"], method="GET", body=b"")
    changed = replace(
        request, path=request.path.replace(*change), query=request.query.replace(*change)
    )

    with pytest.raises(Forbidden, match="does not match"):
        verify(changed, secret_of)


@pytest.mark.parametrize(
    ("signer", "message"),
    [
        (SigV4Auth(Credentials(LOCAL.access_key, "other"), "execute-api", REGION), "not match"),
        (SigV4Auth(Credentials("AKIAX", "local"), "execute-api", REGION), "security token"),
        (SigV4Auth(LOCAL, "s3", REGION), "correct service: 'execute-api'"),
        (SigV4Auth(LOCAL, "execute-api", "eu-west-1"), "valid region"),
        (S3SigV4QueryAuth(LOCAL, "execute-api", REGION), "not match"),  # the body is not signed
    ],
)
def test_a_signature_of_another_kind_does_not_pass(signer: SigV4Auth, message: str) -> None:
    with pytest.raises(Forbidden, match=message):
        verify(signed(signer), secret_of)


@pytest.mark.parametrize("hashed", ["UNSIGNED-PAYLOAD", "0" * 64])
def test_a_body_that_is_not_what_was_hashed_does_not_pass(hashed: str) -> None:
    class Pretending(S3SigV4Auth):
        def payload(self, request: object) -> str:
            return hashed

    with pytest.raises(Forbidden, match="does not match"):
        verify(signed(Pretending(LOCAL, "execute-api", REGION)), secret_of)


@pytest.mark.parametrize(
    ("request_", "kind", "message"),
    [
        (lambda: Request(method="GET", path="/"), "MissingAuthenticationToken", "Missing"),
        (lambda: with_header(signed(), "Authorization", "Bearer x"), "Incomplete", "'Credential'"),
        (lambda: with_header(signed(), "X-Amz-Date", "yesterday"), "Incomplete", "ISO-8601"),
        (lambda: with_header(signed(), "X-Amz-Date", ""), "Incomplete", "'X-Amz-Date'"),
        (lambda: replaced("/aws4_request", ""), "Incomplete", "5 slash-delimited"),
        (lambda: replaced("host;", ""), "Invalid", "'Host'"),
        (
            lambda: Request(method="GET", path="/", query="X-Amz-Signature=0"),
            "Incomplete",
            "must include 'X-Amz-Credential'",
        ),
    ],
)
def test_an_incomplete_claim_does_not_pass(
    request_: Callable[[], Request], kind: str, message: str
) -> None:
    with pytest.raises(Forbidden, match=message) as refused:
        verify(request_(), secret_of)

    assert refused.value.kind.startswith(kind)


def replaced(old: str, new: str) -> Request:
    request = signed()
    value = request.header("authorization").replace(old, new)
    return with_header(request, "Authorization", value)


@pytest.mark.parametrize(("minutes", "message"), [(-10, "expired"), (10, "not yet current")])
def test_a_signature_of_another_time_does_not_pass(minutes: int, message: str) -> None:
    moment = datetime.now(UTC) + timedelta(minutes=minutes)

    with pytest.raises(Forbidden, match=f"Signature {message}"):
        verify(with_header(signed(), "X-Amz-Date", f"{moment:{STAMP}}"), secret_of)


@pytest.mark.parametrize(("expires", "minutes"), [(60, 2), (3600, 6)])
def test_a_signed_address_lasts_as_long_as_it_says_but_five_minutes_at_most(
    expires: int, minutes: int
) -> None:
    request = signed(SigV4QueryAuth(LOCAL, "execute-api", REGION, expires=expires))
    then = datetime.now(UTC) - timedelta(minutes=minutes)
    old = re.sub("X-Amz-Date=[0-9TZ]+", f"X-Amz-Date={then:{STAMP}}", request.query)

    with pytest.raises(Forbidden, match="Signature expired"):
        verify(replace(request, query=old), secret_of)


def test_the_secret_is_looked_up_by_key_and_token() -> None:
    asked = []

    def look_up(key: str, token: str) -> str:
        asked.append((key, token))
        return "secret"

    temporary = Credentials("ASIA", "secret", "to/ken+")
    for kind in (SigV4Auth, SigV4QueryAuth):
        verify(signed(kind(temporary, "execute-api", REGION), url="http://here/a"), look_up)

    assert asked == [("ASIA", "to/ken+")] * 2
