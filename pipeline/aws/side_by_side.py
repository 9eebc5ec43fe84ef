"""What is asked many times goes over several connections at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

CONNECTIONS = 16

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

# Makes what asks at once, given how many that may be.
Pool = Callable[[int], Executor]


@dataclass(frozen=True)
class SideBySide:
    """Asks for each of many things; raises the first error that one of them raised."""

    pool: Pool

    def __call__(self, ask: Callable[[Asked], Answer], asked: Iterable[Asked]) -> list[Answer]:
        """The answers in the order of what was asked."""
        with self.pool(CONNECTIONS) as pool:
            return list(pool.map(ask, asked))
