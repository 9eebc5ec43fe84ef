"""DynamoDB's condition expressions: the comparisons, functions and connectives that Kennel uses.

What is not known here raises, so that no condition holds by accident.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

Item = Mapping[str, Mapping[str, Any]]
Values = Mapping[str, Mapping[str, Any]]
Names = Mapping[str, str]
Test = Callable[[Item, Values, Names], bool]

_TOKEN = re.compile(r"\s*(<>|<=|>=|[()=<>,]|[#:]?[A-Za-z_][\w.]*)")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(expression: str, item: Item | None, values: Values, names: Names) -> bool:
    return _parsed(expression)(item or {}, values, names)


def plain(value: Mapping[str, Any] | None) -> Any:
    """The Python value of an attribute, which compares as DynamoDB's does; None if absent."""
    if value is None:
        return None
    ((kind, content),) = value.items()
    if kind == "N":
        return float(content)
    return content


@cache
def _parsed(expression: str) -> Test:
    tokens = _TOKEN.findall(expression)
    if "".join(tokens) != re.sub(r"\s+", "", expression):
        raise NotImplementedError(f"the condition {expression!r} is not understood")
    parser = _Parser(tokens)
    test = parser.either()
    if parser.tokens:
        raise NotImplementedError(f"{parser.tokens} is left of the condition {expression!r}")
    return test


class _Parser:
    """Recursive descent: OR, AND, NOT, then one comparison or function."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def either(self) -> Test:
        left = self._both()
        while self._next_is("OR"):
            left = _joined(left, self._both(), any)
        return left

    def _both(self) -> Test:
        left = self._negated()
        while self._next_is("AND"):
            left = _joined(left, self._negated(), all)
        return left

    def _negated(self) -> Test:
        if self._next_is("NOT"):
            test = self._negated()
            return lambda item, values, names: not test(item, values, names)
        if self._next_is("("):
            test = self.either()
            self._take(")")
            return test
        return self._simple()

    def _simple(self) -> Test:
        name = self.tokens.pop(0)
        if name in _FUNCTIONS:
            self._take("(")
            arguments = [self.tokens.pop(0)]
            while self._next_is(","):
                arguments.append(self.tokens.pop(0))
            self._take(")")
            return _called(name, arguments)
        sign, right = self.tokens.pop(0), self.tokens.pop(0)
        if sign not in _COMPARISONS:
            raise NotImplementedError(f"{name} {sign} {right} in a condition")
        compare = _COMPARISONS[sign]

        def test(item: Item, values: Values, names: Names) -> bool:
            one, other = _value(name, item, values, names), _value(right, item, values, names)
            if one is None or other is None or one.keys() != other.keys():
                return compare is operator.ne
            return compare(plain(one), plain(other))

        return test

    def _next_is(self, token: str) -> bool:
        found = bool(self.tokens) and self.tokens[0].upper() == token
        if found:
            self.tokens.pop(0)
        return found

    def _take(self, token: str) -> None:
        if not self._next_is(token):
            raise NotImplementedError(f"{token!r} is missing before {self.tokens}")


def _joined(left: Test, right: Test, join: Callable[[list[bool]], bool]) -> Test:
    def test(item: Item, values: Values, names: Names) -> bool:
        return join([left(item, values, names), right(item, values, names)])

    return test


def _called(name: str, arguments: list[str]) -> Test:
    def test(item: Item, values: Values, names: Names) -> bool:
        return _FUNCTIONS[name](*(_value(one, item, values, names) for one in arguments))

    return test


def _value(token: str, item: Item, values: Values, names: Names) -> Mapping[str, Any] | None:
    if token.startswith(":"):
        return values[token]
    return item.get(names[token] if token.startswith("#") else token)


_FUNCTIONS: dict[str, Callable[..., bool]] = {
    "attribute_exists": lambda value: value is not None,
    "attribute_not_exists": lambda value: value is None,
    "begins_with": lambda value, start: str(plain(value) or "").startswith(plain(start)),
}
