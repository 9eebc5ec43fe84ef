"""Functions of the fixture service: each does one thing that a test looks at."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3

Event = dict[str, Any]


def echo(event: Event, context: Any) -> Event:
    """A proxy answer that tells what came in."""
    answer = {
        "thing": event.get("pathParameters"),
        "query": event.get("queryStringParameters"),
        "body": event.get("body"),
        "function": context.function_name,
        "bucket": os.environ["FIXTURE_BUCKET"],
    }
    return {"statusCode": 200, "body": json.dumps(answer)}


def remember(event: Event, context: Any) -> None:
    """Pass the event on to the queue that the test reads."""
    queue = os.environ["FIXTURE_SEEN"]
    boto3.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(event))


def fails(event: Event, context: Any) -> None:
    raise ValueError(f"cannot do {event['what']}")


def batch(event: Event, context: Any) -> Event:
    """Fail the items that ask for it, remember the whole batch."""
    remember(event, context)
    bad = [record for record in event["Records"] if record["body"] == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in bad]}
