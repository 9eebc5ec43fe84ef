"""An invocation of a function and what came of it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any, Protocol

SYNC_LIMIT = 6 * 1024 * 1024
ASYNC_LIMIT = 1024 * 1024


class FunctionNotFound(LookupError):
    """Nothing of that name is deployed."""


class Throttled(Exception):
    """Every reserved place of the function is taken: the caller should try again."""


class PayloadTooLarge(ValueError):
    """The payload is larger than Lambda takes: the caller has to send less."""


@dataclass(frozen=True, kw_only=True)
class Invocation:
    payload: bytes
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a function answered; `failed` says that the payload is Lambda's error document."""

    payload: bytes
    failed: bool = False
    log: str = ""

    @property
    def document(self) -> Any:
        return json.loads(self.payload or b"null")


def failure(kind: str, message: str) -> Outcome:
    """An outcome that the runner itself reports, in the words of Lambda."""
    document = {"errorType": kind, "errorMessage": message}
    return Outcome(payload=json.dumps(document).encode(), failed=True)


class Functions(Protocol):
    """Deployed functions as their callers (Lambda's API, triggers, the REST front) see them."""

    def invoke(self, function: str, payload: bytes) -> Outcome:
        """Run now and return the outcome; `function` is a name or an ARN."""
        ...

    def invoke_later(self, function: str, payload: bytes) -> str:
        """Accept for asynchronous invocation, with Lambda's retries; return the request id."""
        ...
