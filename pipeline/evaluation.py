"""The test split as the serving path scores it, compared with what training said. Pure.

Images pass by one at a time: what is kept of them does not grow with the number of scores.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from pipeline.parity import (
    PROBABILITY_TOLERANCE,
    Answer,
    Comparison,
    Parity,
    Scored,
    Served,
    is_comparable,
)

LEAST_PROBABILITY = 1e-12


class ClassFigures(TypedDict):
    """How one class fared: the share of its images that were found, and of what was named it."""

    label: str
    images: int
    recall: float
    precision: float


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What evaluation.json says, and of which model."""

    accuracy: float
    loss: float
    images: int
    per_class: tuple[ClassFigures, ...]
    confusion: tuple[tuple[int, ...], ...]
    parity: Parity
    digest: str  # of the model that answered first; empty if nothing was answered

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
    pairs: Iterable[tuple[Scored, Answer]], classes: Sequence[str], run: str
) -> Evaluation:
    """Accuracy and mean cross-entropy (nats) over the served test images, and the parity gate.

    Each image of the test split comes once: as training scored it, and what serving said of it.
    """
    figures = _Figures(len(classes))
    comparison = Comparison(run)
    digest = ""
    for row, answer in pairs:
        comparison.add(row, answer)
        if isinstance(answer, Served):
            digest = digest or answer.digest
            if is_comparable(row, answer):
                figures.add(Scored(row.name, row.label, answer.probabilities))
    return Evaluation(
        accuracy=_share(figures.correct, figures.images),
        loss=_share(figures.loss, figures.images),
        images=figures.images,
        per_class=tuple(_class_figures(figures.confusion, classes)),
        confusion=tuple(map(tuple, figures.confusion)),
        parity=comparison.parity(),
        digest=digest,
    )


class _Figures:
    """Sums over the images so far."""

    def __init__(self, classes: int) -> None:
        self.images = 0
        self.correct = 0
        self.loss = 0.0
        self.confusion = [[0] * classes for _ in range(classes)]

    def add(self, served: Scored) -> None:
        predicted = served.predicted
        self.images += 1
        self.correct += predicted == served.label
        self.loss -= math.log(max(served.probabilities[served.label], LEAST_PROBABILITY))
        self.confusion[served.label][predicted] += 1


def _class_figures(
    confusion: Sequence[Sequence[int]], classes: Sequence[str]
) -> list[ClassFigures]:
    named = [sum(column) for column in zip(*confusion, strict=True)]
    return [
        {
            "label": label,
            "images": sum(confusion[index]),
            "recall": _share(confusion[index][index], sum(confusion[index])),
            "precision": _share(confusion[index][index], named[index]),
        }
        for index, label in enumerate(classes)
    ]


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
