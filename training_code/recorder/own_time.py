"""What the recorder itself takes of a step's time, which is no part of the step."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class OwnTime:
    """Adds up seconds until they are taken."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def of(self, work: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        """The same, measured."""

        def measured(*given: Arguments.args, **named: Arguments.kwargs) -> Result:
            began = perf_counter()
            result = work(*given, **named)
            self._seconds += perf_counter() - began
            return result

        return measured

    def take(self) -> float:
        seconds, self._seconds = self._seconds, 0.0
        return seconds
