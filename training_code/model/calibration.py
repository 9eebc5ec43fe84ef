"""Probabilities that can be believed, and limits for deciding. All from validation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference_code.card import Thresholds
from inference_code.prediction import energy, softmax
from inference_code.preprocessing import FloatArray

Labels = NDArray[np.int64]
TEMPERATURES = np.geomspace(0.25, 8.0, 141)  # steps of 2.5 %; more precision the split cannot give
WANTED_PRECISION = 0.95
ACCEPT_RANGE = (0.5, 0.99)
KNOWN_SHARE = 0.99


def fit_temperature(logits: FloatArray, labels: Labels) -> float:
    """The divisor of the logits with the least validation loss (Guo et al. 2017)."""
    losses = [cross_entropy(logits / np.float32(t), labels) for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def cross_entropy(logits: FloatArray, labels: Labels) -> float:
    """Mean over images; by energies, so that a probability of 0 costs a finite amount."""
    own = logits[np.arange(len(labels)), labels]
    return float(np.mean(energy(logits) - own))


def fit_thresholds(logits: FloatArray, labels: Labels, temperature: float) -> Thresholds:
    """Limits of `accept` and `unknown`."""
    probabilities = softmax(logits / np.float32(temperature))
    accept = accept_threshold(probabilities, labels)
    unknown = float(np.quantile(energy(logits), 1 - KNOWN_SHARE))
    return Thresholds(
        accept=accept,
        unknown=unknown,
        accept_source=(
            f"least calibrated probability from which on {WANTED_PRECISION:.0%} of the guesses on "
            f"{len(labels)} validation images were right, kept within {ACCEPT_RANGE}"
        ),
        unknown_source=(
            f"energy score (logsumexp of the logits) that {KNOWN_SHARE:.0%} of "
            f"{len(labels)} validation images reach"
        ),
    )


def accept_threshold(probabilities: FloatArray, labels: Labels) -> float:
    """The lowest limit above which first guesses are right as often as wanted."""
    first = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    order = np.argsort(-first, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)  # of the k surest guesses
    enough = np.flatnonzero(precision >= WANTED_PRECISION)
    limit = first[order][enough[-1]] if len(enough) else ACCEPT_RANGE[1]
    return float(np.clip(limit, *ACCEPT_RANGE))
