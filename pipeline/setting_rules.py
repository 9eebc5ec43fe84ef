"""What a setting may be: one rule for each kind of plain value. Calls nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

from pipeline.errors import SettingRefused

LONGEST_NAME = 100  # more of it is not compared: that takes its square of time


class Rule(Protocol):
    """Reads a setting's value, whether it came as JSON, as a variable's text or from YAML."""

    def read(self, name: str, value: object) -> object:
        """The value in its own type.

        Raises:
            SettingRefused: names the setting, the value and what is wanted.
        """


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    def read(self, name: str, value: object) -> str:
        if value in self.words:
            return str(value)
        raise SettingRefused(name, value, f"one of {', '.join(self.words)}")


@dataclass(frozen=True)
class Flag:
    """Yes or no, as JSON says it."""

    def read(self, name: str, value: object) -> bool:
        if isinstance(value, bool):
            return value
        if value in {"true", "false"}:
            return value == "true"
        raise SettingRefused(name, value, "true or false")


@dataclass(frozen=True)
class Whole:
    """A whole number between two bounds, both allowed."""

    least: int
    most: int

    def read(self, name: str, value: object) -> int:
        number = whole(value)
        if number is None or not self.least <= number <= self.most:
            raise SettingRefused(name, value, f"a whole number from {self.least} to {self.most}")
        return number


@dataclass(frozen=True)
class Real:
    """A number between two bounds, both allowed."""

    least: float
    most: float

    def read(self, name: str, value: object) -> float:
        number = real(value)
        if number is None or not self.least <= number <= self.most:
            raise SettingRefused(name, value, f"a number from {self.least:g} to {self.most:g}")
        return number


@dataclass(frozen=True)
class Word:
    """A text of one form, described by an example."""

    pattern: str
    wanted: str

    def read(self, name: str, value: object) -> str:
        if isinstance(value, str) and re.fullmatch(self.pattern, value):
            return value
        raise SettingRefused(name, value, self.wanted)


@dataclass(frozen=True)
class Listed:
    """One of some whole numbers."""

    numbers: tuple[int, ...]

    def read(self, name: str, value: object) -> int:
        number = whole(value)
        if number is None or number not in self.numbers:
            raise SettingRefused(name, value, f"one of {', '.join(map(str, self.numbers))}")
        return number


@dataclass(frozen=True)
class Named:
    """One of many names, of which a refusal tells those that are most like the wrong one."""

    names: tuple[str, ...]
    kind: str
    example: str

    def read(self, name: str, value: object) -> str:
        if value in self.names:
            return str(value)
        near = nearest(str(value), self.names) or self.example
        raise SettingRefused(name, value, f"one of {self.kind}, such as {near}")


def nearest(name: str, names: Sequence[str]) -> str:
    """Those of the names that are most like this one; empty if none is."""
    return ", ".join(get_close_matches(name[:LONGEST_NAME], names))


def whole(value: object) -> int | None:
    """None where the value is no whole number, or has more digits than any setting needs."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,12}", text) else None


def real(value: object) -> float | None:
    """None where the value is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
