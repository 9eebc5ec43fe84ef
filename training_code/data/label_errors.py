"""Which labels are probably wrong, by what the frozen backbone sees of the images. NumPy only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference_code.preprocessing import FloatArray
from training_code.model.features import of_length_one

NEIGHBOURS = 10  # with 5, as others do it, one wrong label beside two right ones weighs too much
BLOCK = 256  # images compared with all others at a time: 100 MB for 100,000 images
# Where the vectors tell classes so badly apart, most of what they call wrong is right.
LEAST_AGREEMENT = 0.5


@dataclass(frozen=True)
class LabelSuspicions:
    """Of n images: how much speaks against the label of each, and for which class instead.

    `agreement` is the share of images that are nearest to the mean of their own class, each left
    out of the mean: what the vectors know of these classes at all.
    """

    scores: FloatArray  # [n]; the higher, the more probably wrong
    suggested: NDArray[np.int64]  # [n], the other class that is nearest
    agreement: float

    def ranked(self) -> list[int]:
        """Positions of all images, the most suspicious first."""
        return [int(n) for n in np.argsort(-self.scores, kind="stable")]

    def nearer_to_others(self) -> list[int]:
        """Those of the ranked that lie nearer to another class, if the vectors can tell classes."""
        if self.agreement < LEAST_AGREEMENT:
            return []
        return [n for n in self.ranked() if self.scores[n] > 0]


def suspect_labels(vectors: FloatArray, labels: NDArray[np.int64]) -> LabelSuspicions:
    """Rank labels [n] of vectors [n, dimension] by two votes against them, of equal weight.

    One is the share of the nearest neighbours that have another label, the other by how much the
    mean of another class is nearer than that of the own, each over its deviation. Together they
    find more than either (docs/decisions/0040). Similarity is the cosine of the vectors.
    """
    units = of_length_one(vectors)
    margins, suggested = _margins(units, labels)
    strangers = np.concatenate([*_strangers(units, labels)])
    nearer = margins > 0
    # Positive exactly where another class is nearer: so the ranking has a place to stop.
    votes = _scaled(margins) + np.where(nearer, _scaled(strangers), 0)
    scores = np.where(nearer, votes, margins).astype(np.float32)
    return LabelSuspicions(scores, suggested, float(1 - nearer.mean()))


def _margins(units: FloatArray, labels: NDArray[np.int64]) -> tuple[FloatArray, NDArray[np.int64]]:
    """By how much another class is nearer than the own [n], and which [n]."""
    rows, classes = np.arange(len(labels)), int(labels.max()) + 1
    sums = np.zeros((classes, units.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, units)
    counts = np.tile(np.bincount(labels, minlength=classes), (len(labels), 1))
    similar = units @ sums.T  # [n, classes]
    similar[rows, labels] -= 1  # without the image itself
    counts[rows, labels] -= 1
    similar /= np.maximum(counts, 1)
    own = similar[rows, labels].copy()
    similar[rows, labels] = -np.inf
    suggested = similar.argmax(axis=1)
    margins: FloatArray = similar[rows, suggested] - own
    return margins, suggested


def _strangers(units: FloatArray, labels: NDArray[np.int64]) -> Iterator[FloatArray]:
    """The share of each image's nearest neighbours that have another label, block by block."""
    count = min(NEIGHBOURS, len(labels) - 1)
    for start in range(0, len(units), BLOCK):
        block = slice(start, start + BLOCK)
        similar = units[block] @ units.T
        rows = np.arange(len(similar))
        similar[rows, start + rows] = -np.inf  # not its own neighbour
        nearest = np.argpartition(-similar, count - 1, axis=1)[:, :count]
        yield (labels[nearest] != labels[block, None]).mean(axis=1).astype(np.float32)


def _scaled(values: FloatArray) -> FloatArray:
    scaled: FloatArray = values / max(float(values.std()), 1e-12)
    return scaled
