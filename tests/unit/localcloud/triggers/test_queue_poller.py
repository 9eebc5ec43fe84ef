"""Event source mappings: batches, partial answers, redrive."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.triggers.sqs_events import failed_items
from tests.support.fixture_service import Deployed
from tests.support.waiting import eventually

MESSAGES = [{"MessageId": "a"}, {"MessageId": "b"}]


def bodies(event: dict[str, Any]) -> list[str]:
    return [record["body"] for record in event.get("Records", [])]


def test_messages_of_one_window_are_one_batch(deployed: Deployed) -> None:
    deployed.send("work", "m1", "m2", "m3")

    event = deployed.found("seen", lambda event: "m1" in bodies(event))

    assert bodies(event) == ["m1", "m2", "m3"]


def test_a_batch_has_the_shape_of_awss(deployed: Deployed) -> None:
    deployed.send("work", "shape")

    record = deployed.found("seen", lambda event: bodies(event) == ["shape"])["Records"][0]

    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == "arn:aws:sqs:us-east-1:123456789012:fixture-work"
    assert record["awsRegion"] == "us-east-1"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert {"messageId", "receiptHandle", "messageAttributes", "md5OfBody"} <= set(record)


def test_only_the_failed_item_comes_again_and_ends_as_a_dead_letter(deployed: Deployed) -> None:
    deployed.send("work", "good", "bad")
    deployed.found("seen", lambda event: bodies(event) == ["good", "bad"])

    again = deployed.found("seen", lambda event: "bad" in bodies(event))

    assert bodies(again) == ["bad"]
    assert again["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"
    assert eventually(lambda: deployed.taken("work-dead"))[0]["Body"] == "bad"


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, {"a", "b"}),
        ({"batchItemFailures": [{"id": "a"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": "c"}]}, {"a", "b"}),
        ("done", {"a", "b"}),
    ],
)
def test_an_answer_that_aws_would_not_take_fails_the_batch(answer: Any, failed: set[str]) -> None:
    assert failed_items(answer, MESSAGES) == failed
