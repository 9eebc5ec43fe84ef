"""boto3's own clients, whose calls end in memory.

botocore validates and serialises each request as ever; only what would go over HTTP is answered
here, at a few hundred microseconds a call. The clients are made once and serve one cloud at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

Params = Mapping[str, Any]
Answer = dict[str, Any]
# Service and operation as botocore names them, and the parameters as the caller gave them.
Calls = Callable[[str, str, Params], Answer]

SERVICES = ("s3", "dynamodb", "sagemaker", "sns", "sqs", "logs")
REGION = "us-east-1"
_GIVEN = "given parameters"


class Refused(Exception):
    """AWS says no, in the words in which a client hears it."""

    def __init__(self, code: str, message: str, *, status: int = 400, **more: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.answer: Answer = {"Error": {"Code": code, "Message": message}, **more}


@dataclass(frozen=True)
class _Http:
    status_code: int


class Wire:
    """Clients that ask whatever cloud is connected."""

    def __init__(self) -> None:
        session: Any = boto3.Session("key", "secret", region_name=REGION)
        # No retries: what a call meets here is what is left after botocore's own.
        config = Config(retries={"total_max_attempts": 1}, parameter_validation=True)
        self.clients: dict[str, Any] = {}
        self._calls: Calls = _nowhere
        for service in SERVICES:
            client = session.client(service, config=config)
            client.meta.events.register_last("before-parameter-build", _keep)
            client.meta.events.register_first("before-call", self._answer)
            self.clients[service] = client

    def connect(self, calls: Calls) -> None:
        self._calls = calls

    def _answer(self, model: Any, context: Any, **_: object) -> tuple[_Http, Answer]:
        try:
            answer = self._calls(model.service_model.service_name, model.name, context[_GIVEN])
        except Refused as refused:
            return _Http(refused.status), _dressed(refused.answer, refused.status)
        return _Http(200), _dressed(answer, 200)


@cache
def wire() -> Wire:
    """The one of this process: clients take seconds to make."""
    return Wire()


def _keep(params: Any, context: Any, **_: object) -> None:
    context[_GIVEN] = params


def _dressed(answer: Answer, status: int) -> Answer:
    return {**answer, "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "memory"}}


def _nowhere(service: str, operation: str, params: Params) -> Answer:
    raise AssertionError(f"{service}.{operation} was called while no cloud was connected")
