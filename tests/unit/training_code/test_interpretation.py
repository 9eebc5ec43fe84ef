"""The training in words."""

from __future__ import annotations

import pytest

from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.image_training import Epoch
from training_code.loops.metrics import Measurement
from training_code.report.interpretation import interpret

CURVES = {
    "Converged": [(1.0, 1.0), (0.5, 0.5), (0.45, 0.51)],
    "Still improving": [(1.0, 1.0), (0.5, 0.6), (0.4, 0.5)],
    "Overfitting": [(1.0, 1.0), (0.5, 0.6), (0.1, 0.9)],
    "Not learning": [(1.0, 0.9), (1.1, 1.0), (1.2, 1.1)],
}


@pytest.mark.parametrize("finding", CURVES)
def test_curves_are_named_for_what_they_show(finding: str) -> None:
    losses = enumerate(CURVES[finding], start=1)
    history = [
        Epoch(number, Measurement(train, 0.9, 100), Measurement(valid, 0.9, 50))
        for number, (train, valid) in losses
    ]
    best = min(history, key=lambda epoch: epoch.valid.loss)

    text = interpret(history, best, Measurement(0.6, 0.9, 50), Hyperparameters())

    assert f"**{finding}**" in text
    assert "**Test confirms validation**" in text
    assert ("**Overfitting**" in text) == (finding == "Overfitting")


def test_a_weak_network_and_a_different_test_split_are_told() -> None:
    epoch = Epoch(1, Measurement(1.5, 0.4, 1000), Measurement(1.4, 0.5, 1000))

    text = interpret([epoch], epoch, Measurement(2.0, 0.3, 1000), Hyperparameters())

    assert "**Underfitting**" in text
    assert "trainable=all" in text
    assert "**Test and validation differ**" in text
