"""Lambda's Invoke operation: from its request to the status, headers and body of its answer."""

from __future__ import annotations

import base64

from localcloud.aws.connected import Answer, not_found, refusal
from localcloud.functions.invocation import (
    FunctionNotFound,
    Functions,
    Outcome,
    PayloadTooLarge,
    Throttled,
)

_LOG_TAIL = 4096  # bytes of the log that Invoke returns on request


class InvokeApi:
    """Deployed functions as the account's Lambda: implements `Lambda` over `Functions`."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    def invoke(self, function: str, payload: bytes, *, kind: str, tail: bool) -> Answer:
        try:
            return self._invoked(function, payload or b"{}", kind=kind, tail=tail)
        except FunctionNotFound:
            return not_found(function)
        except Throttled:
            return refusal(429, "TooManyRequestsException", {"message": "Rate Exceeded."})
        except PayloadTooLarge as error:
            return refusal(413, "RequestTooLargeException", {"message": str(error)})

    def invoke_later(self, function: str, payload: bytes) -> str:
        return self._functions.invoke_later(function, payload)

    def _invoked(self, function: str, payload: bytes, *, kind: str, tail: bool) -> Answer:
        match kind:
            case "Event":
                accepted = self._functions.invoke_later(function, payload)
                return 202, {"x-amzn-RequestId": accepted}, b""
            case "DryRun":
                return 204, {}, b""
        return _answer(self._functions.invoke(function, payload), tail=tail)


def _answer(outcome: Outcome, *, tail: bool) -> Answer:
    headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST"}
    if outcome.failed:
        headers["X-Amz-Function-Error"] = "Unhandled"
    if tail:
        log = outcome.log.encode()[-_LOG_TAIL:]
        headers["X-Amz-Log-Result"] = base64.b64encode(log).decode()
    return 200, headers, outcome.payload
