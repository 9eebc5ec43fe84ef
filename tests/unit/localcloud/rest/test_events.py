"""Requests and answers of API Gateway's Lambda proxy integration."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localcloud.functions.invocation import Outcome
from localcloud.rest.events import proxy_event, response_of
from localcloud.rest.routes import Match, RestApi, Route
from localcloud.sagemaker.http.messages import Request

ROUTES = [
    Route(method=method, resource=resource, resource_id="r", function=name, signed=False)
    for method, resource, name in [
        ("GET", "/{proxy+}", "rest"),
        ("ANY", "/runs/{run}", "any"),
        ("GET", "/runs/{run}", "run"),
        ("GET", "/runs/newest", "newest"),
        ("POST", "/runs/{run}/stop", "stop"),
        ("GET", "/", "root"),
    ]
]
API = RestApi(id="a", stage="local", routes=ROUTES)
BINARY = RestApi(id="a", stage="local", routes=ROUTES, binary_types=("image/*",))


def matched(method: str, path: str) -> Match:
    match = API.match(method, path)
    assert match is not None
    return match


@pytest.mark.parametrize(
    ("method", "path", "function", "parameters"),
    [
        ("GET", "/", "root", None),
        ("GET", "/runs/newest", "newest", None),
        ("GET", "/runs/abc", "run", {"run": "abc"}),
        ("GET", "/runs/a%20b", "run", {"run": "a b"}),
        ("DELETE", "/runs/abc", "any", {"run": "abc"}),
        ("POST", "/runs/abc/stop", "stop", {"run": "abc"}),
        ("GET", "/some/where", "rest", {"proxy": "some/where"}),
    ],
)
def test_the_most_specific_route_is_taken(
    method: str, path: str, function: str, parameters: dict[str, str] | None
) -> None:
    match = matched(method, path)

    assert (match.route.function, match.parameters) == (function, parameters)


def test_a_path_of_no_route_is_not_found() -> None:
    assert API.match("POST", "/elsewhere") is None


def test_an_event_has_single_and_multiple_values() -> None:
    headers = [("Host", "127.0.0.1:80"), ("X-Two", "1"), ("X-Two", "2")]
    request = Request(method="GET", path="/runs/abc", query="a=1&a=2&b=", headers=headers, body=b"")

    event = proxy_event(request, matched("GET", "/runs/abc"), API, None)

    assert event["queryStringParameters"] == {"a": "2", "b": ""}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": [""]}
    assert event["multiValueHeaders"]["X-Two"] == ["1", "2"]
    assert (event["body"], event["isBase64Encoded"]) == (None, False)
    assert event["requestContext"]["path"] == "/local/runs/abc"
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"


def test_a_binary_body_is_encoded() -> None:
    request = Request(
        method="GET", path="/", query="", headers=[("content-type", "image/png")], body=b"\x89P"
    )

    event = proxy_event(request, matched("GET", "/"), BINARY, None)

    assert (event["body"], event["isBase64Encoded"]) == ("iVA=", True)


def answered(document: Any, api: RestApi = API) -> tuple[int, dict[str, str], object]:
    response = response_of(Outcome(payload=json.dumps(document).encode()), api)
    return response.status, dict(response.headers), response.body


def test_an_answer_is_passed_on() -> None:
    answer = {
        "statusCode": 201,
        "headers": {"Content-Type": "text/plain", "X-Yes": True},
        "body": "hi",
    }

    assert answered(answer) == (201, {"Content-Type": "text/plain", "X-Yes": "true"}, b"hi")


def test_an_answer_without_a_type_is_json() -> None:
    assert answered({"statusCode": 204})[1] == {"Content-Type": "application/json"}


@pytest.mark.parametrize(("api", "body"), [(BINARY, b"\x89P"), (API, b"iVA=")])
def test_only_an_api_with_binary_types_decodes(api: RestApi, body: bytes) -> None:
    answer = {"statusCode": 200, "body": "iVA=", "isBase64Encoded": True}

    assert answered(answer, api)[2] == body


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "text",
        {"body": "x"},
        {"statusCode": "ok"},
        {"statusCode": []},
        {"statusCode": 99},
        {"statusCode": 600},
        {"statusCode": 200, "body": {}},
        {"statusCode": 200, "body": "\ud800"},
        {"statusCode": 200, "headers": ["X-A"]},
        {"statusCode": 200, "headers": {"X A": "b"}},
        {"statusCode": 200, "headers": {"X-A": "b\r\nX-C: d"}},
        {"statusCode": 200, "multiValueHeaders": {"X-A": 1}},
    ],
)
def test_a_malformed_answer_is_a_bad_gateway(answer: Any) -> None:
    status, _, body = answered(answer)

    assert (status, body) == (502, b'{"message": "Internal server error"}')


def test_a_failed_function_is_a_bad_gateway() -> None:
    outcome = Outcome(payload=b'{"errorType": "KeyError"}', failed=True)

    assert response_of(outcome, API).status == 502
