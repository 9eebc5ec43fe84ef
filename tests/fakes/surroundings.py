"""Notices, dead letters, source, telemetry and clock in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.names import PROGRAMS, Program

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class FakeNotices:
    def __init__(self) -> None:
        self.published: list[tuple[str, Mapping[str, Any]]] = []

    @property
    def subjects(self) -> list[str]:
        return [subject for subject, _ in self.published]

    def publish(self, subject: str, body: Mapping[str, Any]) -> None:
        self.published.append((subject, body))


class FakeDeadLetters:
    def __init__(self) -> None:
        self.kept: list[tuple[str, str]] = []

    def keep(self, body: str, *, reason: str) -> None:
        self.kept.append((body, reason))


class FakeJobLogs:
    """Log streams by the time of their last line."""

    def __init__(self) -> None:
        self.streams: dict[str, datetime] = {}

    def expire(self, prefix: str, *, before: datetime) -> int:
        old = [
            name
            for name, last_line in self.streams.items()
            if name.startswith(prefix) and last_line < before
        ]
        for name in old:
            del self.streams[name]
        return len(old)


class FakeSource:
    def __init__(self) -> None:
        self.digest = "0" * 64

    def bundles(self) -> Mapping[Program, bytes]:
        return {program: f"a tar.gz for {program}".encode() for program in PROGRAMS}


class FakeTelemetry:
    def __init__(self) -> None:
        self.lines: list[tuple[str, Mapping[str, object]]] = []
        self.counts: dict[str, int] = {}

    @property
    def messages(self) -> list[str]:
        return [message for message, _ in self.lines]

    def log(self, message: str, **details: object) -> None:
        self.lines.append((message, details))

    def count(self, metric: str, number: int = 1) -> None:
        self.counts[metric] = self.counts.get(metric, 0) + number


class FakeClock:
    def __init__(self) -> None:
        self._now = NOON

    def now(self) -> datetime:
        return self._now

    def advance(self, **passed: float) -> None:
        self._now += timedelta(**passed)
