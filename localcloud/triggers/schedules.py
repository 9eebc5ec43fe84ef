"""Scheduled rules: an event to the rule's targets whenever its expression is due."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from localcloud.aws.account import NUMBER, REGION
from localcloud.aws.event_targets import TargetSenders, deliver
from localcloud.machine.timers import Timers
from localcloud.triggers.cron import next_time


@dataclass(frozen=True, kw_only=True)
class Schedule:
    rule: str
    expression: str
    targets: tuple[Mapping[str, Any], ...]


class Schedules:
    def __init__(
        self,
        schedules: Iterable[Schedule],
        timers: Timers,
        senders_of: Callable[[str], TargetSenders],
    ) -> None:
        self._schedules = tuple(schedules)
        self._timers = timers
        self._senders_of = senders_of

    def start(self) -> None:
        now = datetime.now(UTC)
        for schedule in self._schedules:
            self._plan(schedule, now)

    def _plan(self, schedule: Schedule, after: datetime) -> None:
        due = next_time(schedule.expression, after)
        if due is not None:
            wait = (due - datetime.now(UTC)).total_seconds()
            self._timers.after(wait, lambda: self._fire(schedule, due))

    def _fire(self, schedule: Schedule, due: datetime) -> None:
        # From the due time, not from now: a late firing must not shift all that follow. After a
        # suspended laptop wakes up the missed ones are skipped, as they would be lost on AWS.
        self._plan(schedule, max(due, datetime.now(UTC)) if _missed(due) else due)
        event = _scheduled_event(schedule.rule, due)
        senders = self._senders_of(schedule.rule)
        for target in schedule.targets:
            deliver(event, target, rule=schedule.rule, senders=senders)


def _missed(due: datetime) -> bool:
    return (datetime.now(UTC) - due).total_seconds() > 60


def _scheduled_event(rule: str, due: datetime) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": NUMBER,
        "time": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [rule],
        "detail": {},
    }
