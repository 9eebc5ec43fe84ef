"""Whether the serving path says of the test split what training said. Pure.

Images pass by one at a time: of each that differs the name is kept, and no score.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import sub

# Torch in the job against ONNX Runtime behind the model: on one machine they agree to about 1e-5;
# a GPU's TF32 convolutions have 10 bits of mantissa and cost up to some 1e-2 of probability.
PROBABILITY_TOLERANCE = 0.02


@dataclass(frozen=True)
class Scored:
    """One test image: its true class and one probability per class."""

    name: str
    label: int
    probabilities: tuple[float, ...]

    @property
    def predicted(self) -> int:
        return self.probabilities.index(max(self.probabilities))

    @property
    def margin(self) -> float:
        """How far the first class is ahead of the second."""
        first, second = sorted(self.probabilities, reverse=True)[:2]
        return first - second


@dataclass(frozen=True)
class Served:
    """The serving path's answer for one test image."""

    probabilities: tuple[float, ...]
    run: str
    digest: str


@dataclass(frozen=True)
class NotServed:
    """Why the serving path has no probabilities for one test image.

    `awaited`: another job may have them, as this one has said nothing of the image itself.
    """

    reason: str
    awaited: bool = False


Answer = Served | NotServed


@dataclass(frozen=True, kw_only=True)
class Parity:
    """Whether serving says what training said, image by image."""

    compared: int
    missing: tuple[str, ...]
    differing: tuple[str, ...]
    largest_difference: float
    why_missing: str = ""  # of the first image without a prediction
    awaited: int = 0  # how many of the missing another job may have

    @property
    def passed(self) -> bool:
        return not self.missing and not self.differing

    def sentence(self) -> str:
        """Why the model may not serve."""
        if self.missing:
            first = self.missing[0]
            return (
                f"{len(self.missing)} test images have no prediction, "
                f"the first is {first} ({self.why_missing})"
            )
        return (
            f"{len(self.differing)} of {self.compared} test images are predicted differently "
            f"through the serving path than in training (largest difference in probability "
            f"{self.largest_difference:.3f}, allowed {PROBABILITY_TOLERANCE}), "
            f"the first is {self.differing[0]}"
        )


@dataclass
class Comparison:
    """What was the same so far, and the names of what was not."""

    run: str
    compared: int = 0
    missing: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    largest_difference: float = 0.0
    why_missing: str = ""
    awaited: int = 0

    def add(self, row: Scored, answer: Answer) -> None:
        if isinstance(answer, NotServed):
            self.why_missing = self.why_missing or answer.reason
            self.missing.append(row.name)
            self.awaited += answer.awaited
            return
        self.compared += 1
        difference = _difference(row, answer)
        self.largest_difference = max(self.largest_difference, difference)
        if answer.run != self.run or _differs(row, answer, difference):
            self.differing.append(row.name)

    def parity(self) -> Parity:
        return Parity(
            compared=self.compared,
            missing=tuple(self.missing),
            differing=tuple(self.differing),
            largest_difference=self.largest_difference,
            why_missing=self.why_missing,
            awaited=self.awaited,
        )


def _difference(row: Scored, answer: Served) -> float:
    if not is_comparable(row, answer):
        return 1.0
    differences: Iterator[float] = map(sub, row.probabilities, answer.probabilities)
    return max(map(abs, differences))


def is_comparable(row: Scored, answer: Served) -> bool:
    """As many classes as in training, and numbers: a NaN is not larger than any tolerance."""
    same = len(row.probabilities) == len(answer.probabilities)
    return same and all(map(math.isfinite, answer.probabilities))


def _differs(row: Scored, answer: Served, difference: float) -> bool:
    """Another class may win only where training itself saw a tie within the tolerance."""
    if difference > PROBABILITY_TOLERANCE:
        return True
    answered = Scored(row.name, row.label, answer.probabilities)
    return answered.predicted != row.predicted and row.margin > PROBABILITY_TOLERANCE
