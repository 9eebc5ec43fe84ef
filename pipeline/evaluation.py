"""The test split as the serving path scores it, compared with what training said. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

# Torch in the job against ONNX Runtime behind the model: on one machine they agree to about 1e-5;
# a GPU's TF32 convolutions have 10 bits of mantissa and cost up to some 1e-2 of probability.
PROBABILITY_TOLERANCE = 0.02
LEAST_PROBABILITY = 1e-12


@dataclass(frozen=True)
class Scored:
    """One test image: its true class and one probability per class."""

    name: str
    label: int
    probabilities: tuple[float, ...]

    @property
    def predicted(self) -> int:
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)

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


class ClassFigures(TypedDict):
    """How one class fared: the share of its images that were found, and of what was named it."""

    label: str
    images: int
    recall: float
    precision: float


@dataclass(frozen=True, kw_only=True)
class Parity:
    """Whether serving says what training said, image by image."""

    compared: int
    missing: tuple[str, ...]
    differing: tuple[str, ...]
    largest_difference: float

    @property
    def passed(self) -> bool:
        return not self.missing and not self.differing

    def sentence(self) -> str:
        """Why the model may not serve."""
        if self.missing:
            first = self.missing[0]
            return f"{len(self.missing)} test images have no prediction, the first is {first}"
        return (
            f"{len(self.differing)} of {self.compared} test images are predicted differently "
            f"through the serving path than in training (largest difference in probability "
            f"{self.largest_difference:.3f}, allowed {PROBABILITY_TOLERANCE}), "
            f"the first is {self.differing[0]}"
        )


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What evaluation.json says."""

    accuracy: float
    loss: float
    images: int
    per_class: tuple[ClassFigures, ...]
    confusion: tuple[tuple[int, ...], ...]
    parity: Parity

    def as_json(self) -> bytes:
        document = {
            "schema": "kennel.evaluation/1",
            "accuracy": self.accuracy,
            "loss": self.loss,
            "images": self.images,
            "per_class": list(self.per_class),
            "confusion": {
                "rows": "true class",
                "columns": "predicted class",
                "matrix": self.confusion,
            },
            "parity": {
                "passed": self.parity.passed,
                "compared": self.parity.compared,
                "missing": self.parity.missing,
                "differing": self.parity.differing,
                "largest_difference": self.parity.largest_difference,
                "tolerance": PROBABILITY_TOLERANCE,
            },
        }
        return json.dumps(document, ensure_ascii=False, indent=1).encode()


def evaluate(
    trained: Sequence[Scored], served: Mapping[str, Served], classes: Sequence[str], run: str
) -> Evaluation:
    """Accuracy and mean cross-entropy (nats) over the served test images, and the parity gate."""
    scored = [
        Scored(row.name, row.label, served[row.name].probabilities)
        for row in trained
        if row.name in served and _is_comparable(row, served[row.name])
    ]
    confusion = _confusion(scored, len(classes))
    losses = [-math.log(max(s.probabilities[s.label], LEAST_PROBABILITY)) for s in scored]
    correct = sum(row[index] for index, row in enumerate(confusion))
    return Evaluation(
        accuracy=_share(correct, len(scored)),
        loss=_share(sum(losses), len(scored)),
        images=len(scored),
        per_class=tuple(_class_figures(confusion, classes)),
        confusion=confusion,
        parity=_parity(trained, served, run),
    )


def _parity(trained: Sequence[Scored], served: Mapping[str, Served], run: str) -> Parity:
    compared = [(row, served[row.name]) for row in trained if row.name in served]
    differences = [_difference(row, answer) for row, answer in compared]
    return Parity(
        compared=len(compared),
        missing=tuple(row.name for row in trained if row.name not in served),
        differing=tuple(
            row.name
            for (row, answer), difference in zip(compared, differences, strict=True)
            if answer.run != run or _differs(row, answer, difference)
        ),
        largest_difference=max(differences, default=0.0),
    )


def _difference(row: Scored, answer: Served) -> float:
    if not _is_comparable(row, answer):
        return 1.0
    pairs = zip(row.probabilities, answer.probabilities, strict=True)
    return max(abs(said - got) for said, got in pairs)


def _is_comparable(row: Scored, answer: Served) -> bool:
    """As many classes as in training, and numbers: a NaN is not larger than any tolerance."""
    same = len(row.probabilities) == len(answer.probabilities)
    return same and all(map(math.isfinite, answer.probabilities))


def _differs(row: Scored, answer: Served, difference: float) -> bool:
    """Another class may win only where training itself saw a tie within the tolerance."""
    if difference > PROBABILITY_TOLERANCE:
        return True
    answered = Scored(row.name, row.label, answer.probabilities)
    return answered.predicted != row.predicted and row.margin > PROBABILITY_TOLERANCE


def _confusion(scored: Sequence[Scored], classes: int) -> tuple[tuple[int, ...], ...]:
    matrix = [[0] * classes for _ in range(classes)]
    for row in scored:
        matrix[row.label][row.predicted] += 1
    return tuple(map(tuple, matrix))


def _class_figures(
    confusion: Sequence[Sequence[int]], classes: Sequence[str]
) -> list[ClassFigures]:
    return [
        {
            "label": label,
            "images": sum(confusion[index]),
            "recall": _share(confusion[index][index], sum(confusion[index])),
            "precision": _share(confusion[index][index], sum(row[index] for row in confusion)),
        }
        for index, label in enumerate(classes)
    ]


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
