"""What a rule is: its parameters, and one pure look at the rows so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from training_code.rules.history import History


@dataclass(frozen=True)
class Verdict:
    """What a rule has found by now, at which training step, and the numbers that say so."""

    issue: bool
    step: int
    sentence: str
    numbers: Mapping[str, float] = field(default_factory=dict)


class Rule(Protocol):
    """A frozen dataclass: its fields are the parameters, its name is SageMaker's."""

    def judge(self, seen: History) -> Verdict | None:
        """None as long as there is too little to say anything."""
