"""Tuning trials: they learn, and print what the tuner reads."""

from __future__ import annotations

import re

import numpy as np
import pytest

from training_code.job.errors import InputError
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.head_training import TrialResult, train_head
from training_code.model.features import FeatureSet

# As the pipeline gives them to SageMaker.
EXPRESSIONS = {
    "train:loss": r"train epoch=[0-9]+ loss=([0-9.eE+-]+)",
    "train:accuracy": r"train epoch=[0-9]+ loss=[0-9.eE+-]+ accuracy=([0-9.]+)",
    "validation:loss": r"valid epoch=[0-9]+ loss=([0-9.eE+-]+)",
    "validation:accuracy": r"valid epoch=[0-9]+ loss=[0-9.eE+-]+ accuracy=([0-9.]+)",
    "validation:best_loss": r"valid epoch=.* best_loss=([0-9.eE+-]+)",
}


def separable(images: int, views: int, seed: int, scale: float = 1.0) -> FeatureSet:
    """Three classes, each shifted along an axis of its own; and one feature that never varies."""
    random = np.random.default_rng(seed)
    labels = np.arange(images) % 3
    features = random.normal(0, 1, (images, views, 9)) + 4 * np.eye(9)[labels][:, np.newaxis]
    features[:, :, -1] = 7
    return FeatureSet((features * scale).astype(np.float32), labels.astype(np.int64))


def trial(scale: float = 1.0, **changes: object) -> tuple[TrialResult, list[str]]:
    lines: list[str] = []
    given = Hyperparameters(**{"epochs": 8, "lr": 0.01, **changes})  # type: ignore[arg-type]  # few
    train, valid = separable(90, 3, 1, scale), separable(30, 1, 2, scale)
    return train_head(train, valid, 3, given, lambda _best: None, lines.append), lines


@pytest.mark.parametrize("hidden_units", [0, 128])
@pytest.mark.parametrize("scale", [1.0, 1e-8, 1e4])
def test_separable_classes_are_learned_whatever_the_scale(hidden_units: int, scale: float) -> None:
    result, _ = trial(scale=scale, hidden_units=hidden_units)

    assert result.valid.accuracy > 0.9


def test_the_metric_expressions_read_every_line() -> None:
    _, lines = trial()

    text = "\n".join(lines)
    found = {name: re.findall(regex, text) for name, regex in EXPRESSIONS.items()}
    assert {name: len(values) for name, values in found.items()} == dict.fromkeys(EXPRESSIONS, 8)
    assert float(found["validation:loss"][-1]) < float(found["validation:loss"][0])


def test_every_value_of_the_optimiser_reaches_it() -> None:
    usual, _ = trial()

    for changed in ({"eps": 0.1}, {"weight_decay": 0.5}):
        other, _ = trial(**changed)
        assert other.valid.loss != usual.valid.loss, changed


def test_the_objective_never_rises_and_is_the_best_epoch_s() -> None:
    result, lines = trial(lr=0.3, epochs=12)

    best = [float(v) for v in re.findall(EXPRESSIONS["validation:best_loss"], "\n".join(lines))]
    assert best == sorted(best, reverse=True)
    assert best[-1] == pytest.approx(result.valid.loss, abs=1e-6)


def test_the_same_seed_gives_the_same_figures() -> None:
    assert trial()[1] == trial()[1]
    assert trial()[1] != trial(seed=2)[1]


def test_each_best_epoch_is_kept_as_it_comes() -> None:
    kept: list[TrialResult] = []

    result = train_head(
        separable(30, 1, 1), separable(9, 1, 2), 3, Hyperparameters(epochs=9), kept.append, print
    )

    assert kept[0].epoch == 1
    assert kept[-1] == result


def test_a_trial_that_diverges_fails_with_its_learning_rate() -> None:
    broken = FeatureSet(np.full((6, 1, 2), np.nan, dtype=np.float32), np.zeros(6, dtype=np.int64))

    with pytest.raises(InputError, match=r"the loss is no number with lr=0\.001"):
        train_head(broken, broken, 2, Hyperparameters(epochs=2), lambda _best: None, print)
