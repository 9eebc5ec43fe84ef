"""Simulated time: a clock that stands until something is due."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 11, 24, 8, tzinfo=UTC)
TICK = timedelta(minutes=10)  # reconcile's
CALL = timedelta(milliseconds=20)  # what a call to AWS takes

Act = Callable[[], object]


class Agenda:
    """What is due when, and the clock that the pipeline sees."""

    def __init__(self) -> None:
        self._now = MORNING
        self._numbers = itertools.count()
        self._due: list[tuple[datetime, int, Act]] = []

    def now(self) -> datetime:
        return self._now

    def after(self, delay: timedelta, act: Act) -> None:
        heapq.heappush(self._due, (self._now + delay, next(self._numbers), act))

    def pass_call(self) -> None:
        self._now += CALL

    def next_due(self) -> datetime | None:
        return self._due[0][0] if self._due else None

    def do_next(self) -> None:
        due, _, act = heapq.heappop(self._due)
        self._now = max(self._now, due)
        act()
