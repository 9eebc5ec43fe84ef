"""An event reaches each target of a rule in the form that the target asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from localcloud.aws.event_targets import TargetSenders, deliver, documented, target_input

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
DEAD = "arn:aws:sqs:us-east-1:123456789012:dead"
EVENT = {"id": "1", "source": "s", "time": "2026-11-20T10:00:00Z", "detail": {"name": "n"}}


class Outbox:
    """Keeps what is sent; queues and functions in `broken` refuse."""

    def __init__(self, broken: str = "") -> None:
        self.sent: list[tuple[str, Any, Mapping[str, str]]] = []
        self.tried: list[str] = []
        self._broken = broken

    def senders(self) -> TargetSenders:
        return TargetSenders(
            invoke_later=lambda arn, body: self.send(arn, body.decode(), {}),
            send_message=self.send,
        )

    def send(self, arn: str, body: str, attributes: Mapping[str, str]) -> None:
        self.tried.append(arn)
        if arn == self._broken:
            raise LookupError(f"{arn} is gone")
        self.sent.append((arn, json.loads(body), attributes))


@pytest.mark.parametrize("arn", [FUNCTION, QUEUE])
def test_a_target_gets_the_event(arn: str) -> None:
    outbox = Outbox()

    deliver(EVENT, {"Arn": arn}, rule="rule", senders=outbox.senders())

    assert outbox.sent == [(arn, EVENT, {})]


@pytest.mark.parametrize("arn", [FUNCTION, QUEUE])
def test_what_cannot_be_delivered_goes_to_the_targets_dead_letter_queue(arn: str) -> None:
    outbox = Outbox(broken=arn)
    target = {"Arn": arn, "DeadLetterConfig": {"Arn": DEAD}}

    deliver(EVENT, target, rule="rule", senders=outbox.senders())

    queue, body, attributes = outbox.sent[0]
    assert (queue, body) == (DEAD, EVENT)
    assert attributes["RULE_ARN"] == "rule"
    assert attributes["ERROR_CODE"] == "LookupError"
    assert attributes["ERROR_MESSAGE"] == f"{arn} is gone"


def test_without_a_dead_letter_queue_it_is_dropped() -> None:
    outbox = Outbox(broken=QUEUE)

    deliver(EVENT, {"Arn": QUEUE}, rule="rule", senders=outbox.senders())

    assert (outbox.tried, outbox.sent) == ([QUEUE], [])


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ({"Input": '{"tick": true}'}, {"tick": True}),
        ({"InputPath": "$.detail"}, {"name": "n"}),
        ({"InputPath": "$.detail.name"}, "n"),
        ({"InputPath": "$"}, EVENT),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"who": "$.detail.name"},
                    "InputTemplate": '{"who": "<who>"}',
                }
            },
            {"who": "n"},
        ),
    ],
)
def test_a_target_may_ask_for_another_input(target: dict[str, Any], wanted: object) -> None:
    assert json.loads(target_input(EVENT, target)) == wanted


def test_motos_own_field_and_number_for_the_time_are_mended() -> None:
    assert documented({"time": 1795168800.5, "ingestion-time": 1.0}) == {
        "time": "2026-11-20T10:00:00Z"
    }
