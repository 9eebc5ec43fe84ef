"""What a setting may be that is more than one value: lists and JSON objects. Calls nothing.

In a data set's own JSON they are lists and objects. As a variable, on a command line and as a
hyperparameter, which are texts, they are the same JSON as text.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import SettingRefused
from pipeline.setting_rules import Rule, nearest, real
from pipeline.strict_json import parsed

# SageMaker's limit for a hyperparameter's value, which is how a job is told of a setting.
LONGEST_VALUE = 2500
MOST_CATEGORIES = 30  # of one hyperparameter that a tuning job searches, also SageMaker's


@dataclass(frozen=True)
class Several:
    """A value of a rule, or a list of some different ones; a list of one is that one."""

    each: Rule
    most: int

    def read(self, name: str, value: object) -> object:
        given = _structured(name, value, brackets="[")
        if not isinstance(given, list | tuple):
            return self.each.read(name, given)
        if not 1 <= len(given) <= self.most:
            raise SettingRefused(name, value, f"a list of 1 to {self.most} values")
        values = tuple(self.each.read(name, item) for item in given)
        if len(set(values)) < len(values):
            raise SettingRefused(name, value, "a list of different values: one is there twice")
        return values[0] if len(values) == 1 else values


@dataclass(frozen=True)
class Table:
    """A JSON object whose names have rules of their own; none of them need be there."""

    rules: Mapping[str, Rule]
    example: str

    def read(self, name: str, value: object) -> dict[str, object]:
        given = _structured(name, value, brackets="{")
        if not isinstance(given, Mapping):
            raise SettingRefused(name, value, f"a JSON object such as {self.example}")
        read: dict[str, object] = {}
        for key, item in given.items():
            if key not in self.rules:
                near = nearest(str(key), tuple(self.rules)) or ", ".join(self.rules)
                raise SettingRefused(name, key, f"one of its names, such as {near}")
            read[str(key)] = self.rules[key].read(f"{name}.{key}", item)
        if len(as_hyperparameter(as_text(read))) > LONGEST_VALUE:
            raise SettingRefused(name, value, f"shorter than {LONGEST_VALUE:,} characters of JSON")
        return read


@dataclass(frozen=True)
class Either:
    """What the first rule takes, else what the second one says."""

    first: Rule
    second: Rule

    def read(self, name: str, value: object) -> object:
        try:
            return self.first.read(name, value)
        except SettingRefused:
            return self.second.read(name, value)


@dataclass(frozen=True)
class Span:
    """What is searched along a line: from one number to another, or some listed ones, or one.

    `[0.001, 0.1]` is everything between, `{"values": [0.001, 0.01]}` just these; a number is fixed.
    """

    least: float
    most: float
    by_magnitude: bool = False  # searched by its logarithm: no range of it begins at 0

    def read(self, name: str, value: object) -> object:
        given = _structured(name, value, brackets="[{")
        if isinstance(given, Mapping):
            return self._listed(name, given)
        if not isinstance(given, list | tuple):
            return self._number(name, given)
        if len(given) not in {1, 2}:
            wanted = 'a range [least, most], one number, or {"values": […]} to list them'
            raise SettingRefused(name, value, wanted)
        bounds = [self._number(name, item) for item in given]
        if bounds[0] > bounds[-1]:
            raise SettingRefused(name, value, "a range [least, most]: its first bound is greater")
        if bounds[0] == bounds[-1]:
            return bounds[0]
        if self.by_magnitude and bounds[0] <= 0:
            wanted = "a range that begins above 0, as it is searched by magnitude"
            raise SettingRefused(name, value, wanted)
        return tuple(bounds)

    def _listed(self, name: str, given: Mapping[object, object]) -> object:
        values = given.get("values")
        if set(given) != {"values"} or not isinstance(values, list | tuple):
            raise SettingRefused(name, given, 'a list of values as {"values": [0.001, 0.01]}')
        if not 1 <= len(values) <= MOST_CATEGORIES:
            raise SettingRefused(name, values, f"a list of 1 to {MOST_CATEGORIES} values")
        numbers = tuple(self._number(name, item) for item in values)
        if len(set(numbers)) < len(numbers):
            raise SettingRefused(name, values, "a list of different values: one is there twice")
        return numbers[0] if len(numbers) == 1 else {"values": numbers}

    def _number(self, name: str, value: object) -> float:
        number = real(value)
        if number is None or not self.least <= number <= self.most:
            wanted = f"a number from {self.least:g} to {self.most:g}, or a range of them"
            raise SettingRefused(name, value, wanted)
        return number


def as_text(value: object) -> str:
    """A setting as a variable, a hyperparameter or a container's argument carries it."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def as_hyperparameter(text: str) -> str:
    """A text as SageMaker hands it to a program: JSON of one word of a shell's command line.

    The training toolkit puts all arguments together, quotes none, and has a shell read them: what
    a data set's settings say would be taken apart there, or even be run. An apostrophe ends the
    shell's quotation, and JSON, where alone one may be, has another spelling for it.
    """
    return json.dumps(shlex.quote(text.replace("'", "\\u0027")))


def frozen(value: object) -> object:
    """A value as the rules give it, of what JSON has made of it: with tuples for lists."""
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    if isinstance(value, Mapping):
        return {name: frozen(item) for name, item in value.items()}
    return value


def _structured(name: str, value: object, *, brackets: str) -> object:
    """The value itself, or what its text holds if that begins like the JSON that is meant."""
    if not isinstance(value, str) or not value.lstrip().startswith(tuple(brackets)):
        return value
    if len(value) > LONGEST_VALUE:
        raise SettingRefused(name, value, f"shorter than {LONGEST_VALUE:,} characters of JSON")
    try:
        return parsed(value)
    except ValueError as error:
        raise SettingRefused(name, value, f"valid JSON ({error})") from error
    except RecursionError as error:
        raise SettingRefused(name, value, "JSON that nests less deeply") from error
