"""Temperature and thresholds."""

from __future__ import annotations

import numpy as np
import pytest

from inference_code.prediction import softmax
from inference_code.preprocessing import FloatArray
from training_code.model.calibration import accept_threshold, fit_temperature, fit_thresholds

RANDOM = np.random.default_rng(1)
LABELS = RANDOM.integers(0, 4, 4000)


def honest_logits() -> FloatArray:
    """Logits whose probabilities are true: labels are drawn from them."""
    logits = RANDOM.normal(0, 2, (4000, 4)).astype(np.float32)
    chances = softmax(logits)
    LABELS[:] = [
        RANDOM.choice(4, p=row / row.sum(dtype=np.float64)) for row in chances.astype(float)
    ]
    return logits


@pytest.mark.parametrize("boast", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_over_and_underconfidence(boast: float) -> None:
    logits = honest_logits() * np.float32(boast)

    assert fit_temperature(logits, LABELS) == pytest.approx(boast, rel=0.12)


def test_accepted_guesses_are_right_as_often_as_promised() -> None:
    logits = honest_logits()

    limit = accept_threshold(softmax(logits), LABELS)

    probabilities = softmax(logits)
    accepted = probabilities.max(axis=1) >= limit
    right = probabilities.argmax(axis=1) == LABELS
    assert right[accepted].mean() >= 0.95
    assert 0.5 <= limit <= 0.99


def test_nearly_all_validation_images_are_known() -> None:
    logits = honest_logits()

    thresholds = fit_thresholds(logits, LABELS, 1.0)

    energies = np.log(np.exp(logits).sum(axis=1))
    assert (energies >= thresholds.unknown).mean() == pytest.approx(0.99, abs=0.005)
    assert "4000 validation images" in thresholds.unknown_source
