"""Where asynchronous invocations end: destination records and dead letters, in Lambda's shapes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from localcloud.aws.account import Clients
from localcloud.functions.access import Access
from localcloud.functions.function import Function
from localcloud.functions.invocation import Invocation, Outcome

Condition = Literal["Success", "RetriesExhausted", "EventAgeExceeded"]


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How an asynchronous invocation ended; no outcome when it grew too old to be run."""

    function: Function
    invocation: Invocation
    condition: Condition
    attempts: int
    outcome: Outcome | None


def record(ending: Ending) -> dict[str, Any]:
    body: dict[str, Any] = {
        "version": "1.0",
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "requestContext": {
            "requestId": ending.invocation.id,
            "functionArn": f"{ending.function.arn}:$LATEST",
            "condition": ending.condition,
            "approximateInvokeCount": ending.attempts,
        },
        "requestPayload": json.loads(ending.invocation.payload or b"null"),
    }
    if ending.outcome is not None:
        context: dict[str, Any] = {"statusCode": 200, "executedVersion": "$LATEST"}
        if ending.outcome.failed:
            context["functionError"] = "Unhandled"
        body |= {"responseContext": context, "responsePayload": ending.outcome.document}
    return body


class Destinations:
    """Sends as the function's role: what that may not do is lost, as on AWS."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def succeeded(self, ending: Ending) -> None:
        if ending.function.policy.on_success:
            self._send(ending.function.policy.on_success, ending)

    def failed(self, ending: Ending) -> None:
        policy = ending.function.policy
        if policy.on_failure:
            self._send(policy.on_failure, ending)
        if policy.dead_letters:
            self._bury(policy.dead_letters, ending)

    def _send(self, arn: str, ending: Ending) -> None:
        clients, body = self._access.clients(ending.function), record(ending)
        text = json.dumps(body)
        match arn.split(":")[2]:
            case "sqs":
                clients["sqs"].send_message(QueueUrl=clients.queue_url(arn), MessageBody=text)
            case "sns":
                clients["sns"].publish(TopicArn=arn, Message=text)
            case "lambda":
                clients["lambda"].invoke(FunctionName=arn, InvocationType="Event", Payload=text)
            case "events":
                _put_event(body, clients)

    def _bury(self, arn: str, ending: Ending) -> None:
        """A dead-letter queue gets the event itself; the error is in the message's attributes."""
        clients = self._access.clients(ending.function)
        body = ending.invocation.payload.decode()
        attributes = _dead_letter_attributes(ending)
        if arn.split(":")[2] == "sns":
            clients["sns"].publish(TopicArn=arn, Message=body, MessageAttributes=attributes)
        else:
            clients["sqs"].send_message(
                QueueUrl=clients.queue_url(arn), MessageBody=body, MessageAttributes=attributes
            )


def _put_event(body: dict[str, Any], clients: Clients) -> None:
    succeeded = body["requestContext"]["condition"] == "Success"
    result = "Success" if succeeded else "Failure"
    entry = {
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {result}",
        "Detail": json.dumps(body),
        "Resources": [body["requestContext"]["functionArn"]],
    }
    clients["events"].put_events(Entries=[entry])


def _dead_letter_attributes(ending: Ending) -> dict[str, Any]:
    document = ending.outcome.document if ending.outcome else None
    message = document.get("errorMessage") if isinstance(document, dict) else None
    values = {
        "RequestID": ending.invocation.id,
        "ErrorCode": "200",
        "ErrorMessage": (message or ending.condition)[:1024],
    }
    return {name: {"DataType": "String", "StringValue": text} for name, text in values.items()}
