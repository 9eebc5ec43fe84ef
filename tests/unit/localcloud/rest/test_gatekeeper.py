"""API Gateway's IAM authorizer, and the leave that a function gives the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Keys

from localcloud.aws.account import REGION
from localcloud.iam.sessions import Credentials
from localcloud.rest.front import RestFront
from localcloud.rest.routes import RestApi, Route
from localcloud.sagemaker.http.messages import Request, Response
from tests.fakes.directory import ACCOUNT, FakeDirectory, invited
from tests.fakes.functions import FakeFunctions

ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
ROUTE = Route(method="ANY", resource="/runs/{run}", resource_id="r", function="f", signed=True)
API = RestApi(id="a1", stage="local", routes=(ROUTE,))
PLACE = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:a1/local/GET/runs/x y"
Ask = Callable[..., Response]


def signed(keys: Keys) -> Request:
    url = "http://here/local/runs/x%20y"
    request = AWSRequest("GET", url, headers={"Host": "here"})
    SigV4Auth(keys, "execute-api", REGION).add_auth(request)
    return Request(
        method="GET", path="/local/runs/x%20y", headers=tuple(request.headers.items()), body=b""
    )


def answered(
    directory: FakeDirectory, functions: FakeFunctions, *, lasting: timedelta = timedelta(hours=1)
) -> Response:
    """The answer to a session of the role."""
    authority = directory.authority()
    session: Credentials = authority.assume(ROLE, "one", lasting)
    front = RestFront(API, functions, authority)
    front.start()
    try:
        return front.answer(signed(Keys(session.key, session.secret, session.token)))
    finally:
        front.stop()


def reading(resource: str = PLACE) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}
    return {ROLE: [statement]}


@pytest.fixture
def functions() -> FakeFunctions:
    return FakeFunctions({"statusCode": 200, "body": "hello"})


def body_of(response: Response) -> Any:
    assert isinstance(response.body, bytes)
    return json.loads(response.body)


def test_who_may_invoke_the_api_reaches_its_function(functions: FakeFunctions) -> None:
    directory = FakeDirectory(identity=reading(), resource=invited("f").resource)

    assert answered(directory, functions).status == 200
    identity = functions.events[0]["requestContext"]["identity"]
    assert identity["userArn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/one"
    assert identity["caller"].endswith(":one")


def test_who_may_not_is_told_so(functions: FakeFunctions) -> None:
    other = PLACE.replace("GET", "POST")
    directory = FakeDirectory(identity=reading(other), resource=invited("f").resource)

    answer = answered(directory, functions)

    assert answer.status == 403
    assert body_of(answer)["Message"] == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/reader/one is not authorized to perform: "
        f"execute-api:Invoke on resource: {PLACE.replace(ACCOUNT, '********9012')} because no "
        "identity-based policy allows the execute-api:Invoke action"
    )
    assert functions.events == []


def test_a_function_that_does_not_invite_the_api_is_not_invoked(functions: FakeFunctions) -> None:
    answer = answered(FakeDirectory(identity=reading()), functions)

    assert (answer.status, body_of(answer)) == (500, {"message": "Internal server error"})
    assert functions.events == []


def test_a_session_that_is_over_is_refused(functions: FakeFunctions) -> None:
    answer = answered(FakeDirectory(identity=reading()), functions, lasting=timedelta(0))

    assert answer.status == 403
    assert dict(answer.headers)["x-amzn-ErrorType"] == "ExpiredTokenException"
