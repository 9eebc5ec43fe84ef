"""Schedule expressions are due when EventBridge would say so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from localcloud.triggers.cron import BadSchedule, next_time

FRIDAY = datetime(2026, 11, 20, 10, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("rate(1 minute)", "2026-11-20T10:08:30"),
        ("rate(10 minutes)", "2026-11-20T10:17:30"),
        ("rate(2 hours)", "2026-11-20T12:07:30"),
        ("rate(1 day)", "2026-11-21T10:07:30"),
        ("cron(0/15 * * * ? *)", "2026-11-20T10:15:00"),
        ("cron(0 8 * * ? *)", "2026-11-21T08:00:00"),
        ("cron(30 6 ? * MON-FRI *)", "2026-11-23T06:30:00"),
        ("cron(0 12 1 * ? *)", "2026-12-01T12:00:00"),
        ("cron(0 0 L * ? *)", "2026-11-30T00:00:00"),
        ("cron(0 0 ? JAN,FEB 1 *)", "2027-01-03T00:00:00"),
        ("cron(8,9 10 * * ? 2026)", "2026-11-20T10:08:00"),
    ],
)
def test_the_next_time_follows(expression: str, due: str) -> None:
    assert next_time(expression, FRIDAY) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_schedule_of_past_years_is_never_due_again() -> None:
    assert next_time("cron(0 0 * * ? 2020)", FRIDAY) is None


@pytest.mark.parametrize(
    "expression",
    [
        "every day",
        "rate(0 minutes)",
        "rate(5 weeks)",
        "cron(* * * * *)",
        "cron(60 * * * ? *)",
        "cron(x * * * ? *)",
    ],
)
def test_what_eventbridge_does_not_know_is_refused(expression: str) -> None:
    with pytest.raises(BadSchedule):
        next_time(expression, FRIDAY)
