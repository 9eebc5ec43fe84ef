"""What a search tries, by the names and in the texts that jobs have for it. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

LINEAR = ("dropout",)  # the others are searched by magnitude


@dataclass(frozen=True)
class Interval:
    """All numbers from one to another."""

    least: str
    most: str
    by_magnitude: bool


@dataclass(frozen=True)
class SearchSpace:
    """Hyperparameters by how they are chosen: from an interval, from a list, or not at all."""

    intervals: Mapping[str, Interval]
    listed: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, str]

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> SearchSpace:
        """Of a run's settings by name."""
        ranges = settings["ranges"]
        assert isinstance(ranges, Mapping)  # its rule has looked
        intervals: dict[str, Interval] = {}
        listed: dict[str, tuple[str, ...]] = {}
        backbones = settings["backbone"]
        if isinstance(backbones, tuple):
            listed["backbone"] = backbones
        fixed: dict[str, str] = {}
        for setting, value in ranges.items():
            name = setting.replace("_", "-")
            if isinstance(value, Mapping):
                listed[name] = tuple(map(_text, value["values"]))
            elif not isinstance(value, tuple):
                fixed[name] = _text(value)
            elif isinstance(value[0], int):
                listed[name] = tuple(map(_text, value))
            else:
                least, most = map(_text, value)
                intervals[name] = Interval(least, most, by_magnitude=setting not in LINEAR)
        return cls(intervals, listed, fixed)

    @property
    def combinations(self) -> int | None:
        """How many points it has; None where an interval makes them countless."""
        return None if self.intervals else math.prod(map(len, self.listed.values()))


def _text(value: object) -> str:
    """Without an exponent, which not every reader of numbers takes."""
    return f"{Decimal(repr(value)):f}"
