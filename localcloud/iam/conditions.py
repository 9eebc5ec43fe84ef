"""Condition blocks of policies: operators, what a missing key means, and sets of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from localcloud.iam.patterns import arn_matches, like

Context = Mapping[str, tuple[str, ...]]  # names as AWS spells them; several values make a set
_Test = Callable[[str, str], bool]  # of one wanted value and one given


class UnsupportedPolicy(ValueError):
    """The policy says what the local cloud cannot judge: its author must say it otherwise."""


def _equal(wanted: str, given: str) -> bool:
    return wanted == given


def _equal_ignoring_case(wanted: str, given: str) -> bool:
    return wanted.lower() == given.lower()


def _numeric(test: Callable[[float, float], bool]) -> _Test:
    def compare(wanted: str, given: str) -> bool:
        try:
            return test(float(given), float(wanted))
        except ValueError:
            return False

    return compare


_TESTS: Mapping[str, _Test] = {
    "StringEquals": _equal,
    "StringEqualsIgnoreCase": _equal_ignoring_case,
    "StringLike": like,
    "ArnEquals": arn_matches,  # AWS: identical to ArnLike
    "ArnLike": arn_matches,
    "Bool": _equal_ignoring_case,
    "NumericEquals": _numeric(lambda given, wanted: given == wanted),
    "NumericLessThan": _numeric(lambda given, wanted: given < wanted),
    "NumericLessThanEquals": _numeric(lambda given, wanted: given <= wanted),
    "NumericGreaterThan": _numeric(lambda given, wanted: given > wanted),
    "NumericGreaterThanEquals": _numeric(lambda given, wanted: given >= wanted),
}
# What a negated operator denies.
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
}
_SETS = ("ForAllValues", "ForAnyValue")


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One key of a condition block: all conditions of a statement must hold."""

    operator: str  # without what stands before and behind it
    key: str
    values: tuple[str, ...]
    values_of: str = ""  # ForAllValues or ForAnyValue
    if_exists: bool = False

    @classmethod
    def parse(cls, operator: str, key: str, values: tuple[str, ...]) -> Condition:
        head, colon, rest = operator.rpartition(":")
        name = rest.removesuffix("IfExists")
        known = name in _TESTS or name in _NEGATED or name == "Null"
        if not known or (colon and head not in _SETS):
            raise UnsupportedPolicy(f"the local cloud does not know the operator {operator}")
        return cls(
            operator=name,
            key=key,
            values=values,
            values_of=head,
            if_exists=name != rest,
        )

    def holds(self, context: Context) -> bool:
        given = _values(context, self.key)
        if self.operator == "Null":
            return any((value.lower() == "true") == (not given) for value in self.values)
        if not given:
            return self._holds_without_key()
        if self.values_of == "ForAllValues":
            return all(map(self._accepts, given))
        if self.values_of == "ForAnyValue":
            return any(map(self._accepts, given))
        # Without a set operator AWS compares one value: several are no match, never a lucky one.
        return len(given) == 1 and self._accepts(given[0])

    def _holds_without_key(self) -> bool:
        if self.values_of == "ForAnyValue":
            return False
        return self.if_exists or self.values_of == "ForAllValues" or self.operator in _NEGATED

    def _accepts(self, given: str) -> bool:
        test = _TESTS[_NEGATED.get(self.operator, self.operator)]
        found = any(test(wanted, given) for wanted in self.values)
        return found != (self.operator in _NEGATED)


def _values(context: Context, key: str) -> tuple[str, ...]:
    """Keys know no case; their values do."""
    return next((values for name, values in context.items() if name.lower() == key.lower()), ())
