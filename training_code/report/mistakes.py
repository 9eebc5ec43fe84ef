"""What the model took for what, on the test split. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from inference_code.preprocessing import FloatArray
from training_code.data.splits import ObjectSample


@dataclass(frozen=True)
class Mistake:
    """An image that was taken for another class, and how sure of that the model was."""

    member: str
    label: int
    predicted: int
    probability: float


@dataclass(frozen=True)
class ClassFigures:
    """How the images of one class fared."""

    label: int
    images: int
    found: int
    named: int  # images of whatever class that were called so
    taken_for: int | None  # the class it is most often mistaken for, and how many times
    times: int

    @property
    def recall(self) -> float:
        return self.found / self.images if self.images else 0.0

    @property
    def precision(self) -> float:
        return self.found / self.named if self.named else 0.0


@dataclass(frozen=True)
class TestAnswers:
    """Probabilities [n, classes] of the test images, as served."""

    __test__ = False  # no test of pytest's

    samples: Sequence[ObjectSample]
    probabilities: FloatArray

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        answered: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return answered

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """[true class, predicted class] of images."""
        classes = self.probabilities.shape[1]
        matrix = np.zeros((classes, classes), dtype=np.int64)
        labels = np.array([sample.label for sample in self.samples], dtype=np.int64)
        np.add.at(matrix, (labels, self.predicted), 1)
        return matrix

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """The surest first."""
        rows = zip(self.samples, self.predicted, self.probabilities, strict=True)
        found = [
            Mistake(sample.member, sample.label, int(predicted), float(row[predicted]))
            for sample, predicted, row in rows
            if predicted != sample.label
        ]
        return sorted(found, key=lambda mistake: (-mistake.probability, mistake.member))

    @cached_property
    def pairs(self) -> Mapping[tuple[int, int], list[Mistake]]:
        """Mistakes by true and predicted class, the most frequent pair first."""
        pairs: dict[tuple[int, int], list[Mistake]] = {}
        for mistake in self.mistakes:
            pairs.setdefault((mistake.label, mistake.predicted), []).append(mistake)
        return dict(sorted(pairs.items(), key=lambda item: -len(item[1])))

    def worst_classes(self) -> list[ClassFigures]:
        """Those of which images were missed, the least found first."""
        figures = (self._of(label) for label in range(len(self.confusion)))
        return sorted(
            (one for one in figures if one.found < one.images),
            key=lambda one: (one.recall, -one.images),
        )

    def _of(self, label: int) -> ClassFigures:
        row = self.confusion[label]
        others = row.copy()
        others[label] = 0
        times = int(others.max())
        return ClassFigures(
            label=label,
            images=int(row.sum()),
            found=int(row[label]),
            named=int(self.confusion[:, label].sum()),
            taken_for=int(others.argmax()) if times else None,
            times=times,
        )
