"""Scheduled rules fire at their due times and plan the next."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast

import pytest

from localcloud.aws.event_targets import TargetSenders
from localcloud.machine.timers import Timers
from localcloud.triggers.schedules import Schedule, Schedules

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


class Planned:
    """Timers that keep what is planned instead of waiting for it."""

    def __init__(self) -> None:
        self.actions: list[tuple[float, Callable[[], object]]] = []

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        self.actions.append((seconds, action))


def test_a_rule_fires_and_is_planned_again() -> None:
    planned, invoked = Planned(), list[tuple[str, bytes]]()
    rule = Schedule(rule="rule-arn", expression="rate(1 minute)", targets=({"Arn": FUNCTION},))
    senders = TargetSenders(
        invoke_later=lambda arn, body: invoked.append((arn, body)),
        send_message=lambda *_: None,
    )
    Schedules([rule], cast(Timers, planned), lambda _: senders).start()

    planned.actions[0][1]()

    event = json.loads(invoked[0][1])
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")
    assert (event["resources"], event["detail"]) == (["rule-arn"], {})
    assert [seconds for seconds, _ in planned.actions] == pytest.approx([60, 120], abs=1)
