"""The event that a queue's messages make for a function, and the partial answer to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from localcloud.aws.account import REGION


def sqs_event(messages: Sequence[Mapping[str, Any]], queue: str) -> dict[str, Any]:
    return {"Records": [_record(message, queue) for message in messages]}


def _record(message: Mapping[str, Any], queue: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue,
        "awsRegion": REGION,
    }


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"dataType": value["DataType"]}
    if "StringValue" in value:
        body["stringValue"] = value["StringValue"]
    return body | {"stringListValues": [], "binaryListValues": []}


def failed_items(answer: Any, messages: Sequence[Mapping[str, Any]]) -> set[str]:
    """The ids that the function reports as failed; an answer that AWS would not take fails all."""
    everything = {message["MessageId"] for message in messages}
    try:
        failures = (answer or {}).get("batchItemFailures") or []
        failed = {str(item["itemIdentifier"]) for item in failures}
    except (AttributeError, TypeError, KeyError):
        return everything
    return failed if failed <= everything else everything
