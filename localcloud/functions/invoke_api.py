"""Lambda's Invoke operation: from its request to the status, headers and body of its answer."""

import base64
from dataclasses import dataclass

from localcloud.functions.invocation import Functions, Outcome, PayloadTooLarge, Throttled

_LOG_TAIL = 4096  # bytes of the log that Invoke returns on request

Answer = tuple[int, dict[str, str], bytes]


class InvokeRefused(Exception):
    """Lambda does not take the invocation: the caller should wait, or send less."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, kw_only=True)
class InvokeRequest:
    function: str  # name or ARN
    kind: str  # RequestResponse, Event or DryRun
    payload: bytes
    tail: bool  # whether the end of the log is wanted


def invoke(request: InvokeRequest, functions: Functions) -> Answer:
    try:
        return _invoked(request, functions)
    except Throttled as error:
        raise InvokeRefused(429, "TooManyRequestsException", "Rate Exceeded.") from error
    except PayloadTooLarge as error:
        raise InvokeRefused(413, "RequestTooLargeException", str(error)) from error


def _invoked(request: InvokeRequest, functions: Functions) -> Answer:
    payload = request.payload or b"{}"
    match request.kind:
        case "Event":
            accepted = functions.invoke_later(request.function, payload)
            return 202, {"x-amzn-RequestId": accepted}, b""
        case "DryRun":
            return 204, {}, b""
    return _answer(functions.invoke(request.function, payload), tail=request.tail)


def _answer(outcome: Outcome, *, tail: bool) -> Answer:
    headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST"}
    if outcome.failed:
        headers["X-Amz-Function-Error"] = "Unhandled"
    if tail:
        log = outcome.log.encode()[-_LOG_TAIL:]
        headers["X-Amz-Log-Result"] = base64.b64encode(log).decode()
    return 200, headers, outcome.payload
