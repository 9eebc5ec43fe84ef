"""The HTTP API's client: signed as IAM wants it, patient with a hiccup, plain about a refusal."""

from __future__ import annotations

import boto3
import pytest

from cli.mistakes import Mistake
from cli.runs_api import RunsApi
from localcloud.rest.signature import verify
from localcloud.sagemaker.http.messages import Request
from tests.support.cli_service import Service
from tests.support.local_key import secret_of

HEALTH = {"serving": None, "images": {"waiting": 2}}


@pytest.fixture
def api(service: Service) -> RunsApi:
    session = boto3.Session("local", "local", region_name="us-east-1")
    return RunsApi(f"{service.url}/dev", session)


def test_the_signature_is_one_that_api_gateway_accepts(api: RunsApi, service: Service) -> None:
    service.answers["GET /dev/health"] = HEALTH
    api.health()

    ((_, headers),) = service.requests
    sent = Request(method="GET", path="/dev/health", headers=list(headers.items()))
    assert verify(sent, secret_of).key == "local"


def test_temporary_credentials_send_their_token(service: Service) -> None:
    session = boto3.Session("ASIA", "s", "token", region_name="eu-west-1")

    request = RunsApi(service.url, session).signed("GET", "/health")

    assert request.headers["X-Amz-Security-Token"] == "token"
    assert "/eu-west-1/execute-api/aws4_request" in request.headers["Authorization"]


def test_the_stage_in_the_address_stays_in_front_of_the_path(
    api: RunsApi, service: Service
) -> None:
    service.answers["GET /dev/health"] = HEALTH

    assert api.health().waiting == 2


def test_a_get_that_fails_once_is_sent_again(api: RunsApi, service: Service) -> None:
    service.answers["GET /dev/health"] = [(502, {"message": "Internal server error"}), HEALTH]

    assert api.health().serving is None


def test_a_stop_is_never_sent_again(api: RunsApi, service: Service) -> None:
    service.answers["POST /dev/runs/a/stop"] = (502, {"message": "Internal server error"})

    with pytest.raises(Mistake, match=r"answered with 502 \(Internal server error\)"):
        api.stop("a")

    assert len(service.requests) == 1


def test_another_web_server_is_recognised(api: RunsApi, service: Service) -> None:
    service.answers["GET /dev/runs"] = (200, b"<html>welcome</html>")

    with pytest.raises(Mistake, match="does not answer like Kennel: check KENNEL_URL"):
        list(api.runs())
