"""How many messages of a queue one invocation takes."""

from __future__ import annotations

import json

from localcloud.functions.invocation import SYNC_LIMIT
from localcloud.triggers.sqs_batch import SqsBatch
from localcloud.triggers.sqs_events import sqs_event

QUEUE = "arn:aws:sqs:us-east-1:123456789012:work"


def messages(count: int, size: int) -> list[dict[str, str]]:
    return [
        {"MessageId": str(n), "ReceiptHandle": "r", "Body": "x" * size, "MD5OfBody": "m"}
        for n in range(count)
    ]


def test_ten_thousand_messages_fit_into_one_call() -> None:
    batch = SqsBatch(10_000, QUEUE)

    batch.add(messages(10_001, 10))

    assert (len(batch.messages), len(batch.over)) == (10_000, 1)


def test_a_call_ends_at_six_megabytes_and_the_rest_is_for_the_next() -> None:
    batch, received = SqsBatch(10_000, QUEUE), messages(30, 250_000)

    batch.add(received)

    payload = json.dumps(sqs_event(batch.messages, QUEUE)).encode()
    assert SYNC_LIMIT - 260_000 < len(payload) <= SYNC_LIMIT
    assert batch.is_full
    assert [*batch.messages, *batch.over] == received
