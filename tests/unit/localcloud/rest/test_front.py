"""The deployed REST API over HTTP, signed or refused."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from botocore.auth import S3SigV4Auth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localcloud.aws.account import REGION
from localcloud.sagemaker.keys import ADMINISTRATOR
from tests.support.fixture_service import Deployed

CREDENTIALS = Credentials(ADMINISTRATOR.key, ADMINISTRATOR.secret)


def get(url: str, *, secret: str = "local", **headers: str) -> requests.Response:
    request = AWSRequest("GET", url, headers=headers)
    SigV4Auth(Credentials(ADMINISTRATOR.key, secret), "execute-api", REGION).add_auth(request)
    return requests.get(url, headers=dict(request.headers.items()), timeout=30)


def test_a_signed_request_reaches_its_function(deployed: Deployed) -> None:
    answer = get(f"{deployed.environment['KENNEL_URL']}/things/a%20b?x=1&y=2")

    document: dict[str, Any] = answer.json()
    assert answer.status_code == 200
    assert document["thing"] == {"thing": "a b"}
    assert document["query"] == {"x": "1", "y": "2"}


def test_a_signed_body_with_its_hash_reaches_its_function(deployed: Deployed) -> None:
    request = AWSRequest("GET", f"{deployed.environment['KENNEL_URL']}/things/rex", data=b"{}")
    S3SigV4Auth(CREDENTIALS, "execute-api", REGION).add_auth(request)

    answer = requests.get(
        str(request.url), data=b"{}", headers=dict(request.headers.items()), timeout=30
    )

    assert (answer.status_code, answer.json()["thing"]) == (200, {"thing": "rex"})


def test_a_signed_address_reaches_its_function(deployed: Deployed) -> None:
    request = AWSRequest("GET", f"{deployed.environment['KENNEL_URL']}/things/a%20b?x=1")
    SigV4QueryAuth(CREDENTIALS, "execute-api", REGION, expires=60).add_auth(request)

    answer = requests.get(str(request.url), timeout=30)

    assert (answer.status_code, answer.json()["thing"]) == (200, {"thing": "a b"})


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/things/rex", "Missing Authentication Token"),
        ("/nowhere", "Missing Authentication Token"),
    ],
)
def test_an_unsigned_request_is_refused(deployed: Deployed, path: str, message: str) -> None:
    answer = requests.get(deployed.environment["KENNEL_URL"] + path, timeout=30)

    assert answer.status_code == 403
    assert answer.json() == {"message": message}
    assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


def test_a_wrong_secret_is_refused(deployed: Deployed) -> None:
    answer = get(f"{deployed.environment['KENNEL_URL']}/things/rex", secret="guessed")

    assert answer.status_code == 403
    assert "signature we calculated does not match" in answer.json()["message"]


def test_an_open_route_needs_no_signature(deployed: Deployed) -> None:
    answer = requests.post(
        f"{deployed.environment['KENNEL_URL']}/open", data="hällo".encode(), timeout=30
    )

    assert answer.json()["body"] == "hällo"


def test_another_stage_is_forbidden(deployed: Deployed) -> None:
    url = deployed.environment["KENNEL_URL"].replace("/local", "/prod")

    assert requests.get(f"{url}/open", timeout=30).json() == {"message": "Forbidden"}


def test_a_body_above_the_limit_is_refused(deployed: Deployed) -> None:
    body = b"x" * (7 * 1024 * 1024)

    answer = requests.post(f"{deployed.environment['KENNEL_URL']}/open", data=body, timeout=30)

    assert (answer.status_code, answer.json()) == (413, {"message": "Request Too Long"})
