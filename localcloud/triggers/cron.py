"""EventBridge's schedule expressions: rate(10 minutes) and cron(0 8 ? * MON-FRI *), in UTC."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = {name.upper(): index for index, name in enumerate(calendar.month_abbr) if name}
_DAYS = dict(zip(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), range(1, 8), strict=True))
_HORIZON = 366 * 5  # days: further away than that is never


class BadSchedule(ValueError):
    """The expression is not one that EventBridge (or this local cloud) knows: change the rule."""


def next_time(expression: str, after: datetime) -> datetime | None:
    """When the schedule is due next, None if never again."""
    name, _, arguments = expression.strip().removesuffix(")").partition("(")
    if name == "rate":
        return after + _rate(arguments, expression)
    if name == "cron":
        return Cron.parse(arguments).next_time(after)
    raise BadSchedule(f"{expression}: neither rate(…) nor cron(…)")


def _rate(arguments: str, expression: str) -> timedelta:
    match = re.fullmatch(r"([1-9][0-9]*) (minute|hour|day)s?", arguments)
    if match is None:
        raise BadSchedule(f"{expression}: expected a number and minutes, hours or days")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


@dataclass(frozen=True, kw_only=True)
class Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None  # of the month; None for `?`
    last_day: bool
    months: frozenset[int]
    weekdays: frozenset[int] | None  # 1 is Sunday; None for `?`
    years: frozenset[int]

    @classmethod
    def parse(cls, arguments: str) -> Cron:
        fields = arguments.split()
        if len(fields) != 6:
            raise BadSchedule(f"cron({arguments}): expected six fields")
        minutes, hours, days, months, weekdays, years = fields
        return cls(
            minutes=_values(minutes, 0, 59),
            hours=_values(hours, 0, 23),
            days=None if days == "?" else _values(days.replace("L", "31"), 1, 31),
            last_day=days == "L",
            months=_values(months, 1, 12, _MONTHS),
            weekdays=None if weekdays == "?" else _values(weekdays, 1, 7, _DAYS),
            years=_values(years, 1970, 2199),
        )

    def next_time(self, after: datetime) -> datetime | None:
        first = after.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        for offset in range(_HORIZON):
            day = first.replace(hour=0, minute=0) + timedelta(days=offset)
            if not self._has_day(day):
                continue
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    moment = day.replace(hour=hour, minute=minute)
                    if moment >= first:
                        return moment
        return None

    def _has_day(self, day: datetime) -> bool:
        if day.year not in self.years or day.month not in self.months:
            return False
        if self.last_day:
            return day.day == calendar.monthrange(day.year, day.month)[1]
        weekday = day.isoweekday() % 7 + 1
        fits_day = self.days is None or day.day in self.days
        return fits_day and (self.weekdays is None or weekday in self.weekdays)


def _values(
    field: str, low: int, high: int, names: Mapping[str, int] | None = None
) -> frozenset[int]:
    values: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, last = _span(span, low, high, names or {})
        if step and "-" not in span and span != "*":
            last = high
        values.update(range(first, last + 1, int(step or 1)))
    if not values or min(values) < low or max(values) > high:
        raise BadSchedule(f"{field}: outside {low} to {high}")
    return frozenset(values)


def _span(span: str, low: int, high: int, names: Mapping[str, int]) -> tuple[int, int]:
    if span == "*":
        return low, high
    first, _, last = span.partition("-")
    return _number(first, names), _number(last or first, names)


def _number(text: str, names: Mapping[str, int]) -> int:
    if text.upper() in names:
        return names[text.upper()]
    if not text.isdigit():
        raise BadSchedule(f"{text}: not a value of this field")
    return int(text)
