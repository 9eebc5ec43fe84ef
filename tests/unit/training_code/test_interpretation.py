"""The training in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.epochs import Epoch
from training_code.loops.metrics import Measurement
from training_code.report.interpretation import Course, interpret

CLASSES = 133
CURVES = {
    "Converged": [(1.0, 1.0), (0.5, 0.5), (0.45, 0.51)],
    "Still improving": [(1.0, 1.0), (0.5, 0.6), (0.4, 0.5)],
    "Overfitting": [(1.0, 1.0), (0.5, 0.6), (0.1, 0.9)],
    "Not learning": [(1.0, 0.9), (1.1, 1.0), (1.2, 1.1)],
}


def course(losses: Sequence[tuple[float, float]], **used: object) -> Course:
    """A training with these losses of training and validation, nine of ten images recognised."""
    history = [
        Epoch(number, Measurement(train, 0.9, 100), Measurement(valid, 0.9, 50))
        for number, (train, valid) in enumerate(losses, start=1)
    ]
    best = min(history, key=lambda epoch: epoch.valid.loss)
    settings = replace(Hyperparameters(), **used)  # type: ignore[arg-type]  # by field
    return Course(history, best, Measurement(0.6, 0.9, 50), settings, CLASSES)


def recognising(train: tuple[float, int], valid: tuple[float, int], **used: object) -> Course:
    """One epoch with these accuracies, of so many images."""
    epoch = Epoch(1, Measurement(1.5, *train), Measurement(1.4, *valid))
    settings = replace(Hyperparameters(), **used)  # type: ignore[arg-type]  # by field
    return Course([epoch], epoch, epoch.valid, settings, CLASSES)


@pytest.mark.parametrize("finding", CURVES)
def test_curves_are_named_for_what_they_show(finding: str) -> None:
    text = interpret(course(CURVES[finding]))

    assert f"**{finding}**" in text
    assert "**Test confirms validation**" in text
    assert ("**Overfitting**" in text) == (finding == "Overfitting")


def test_a_loss_above_that_of_guessing_is_not_called_improving() -> None:
    guessing = math.log(CLASSES)

    text = interpret(course([(5.4, 5.3), (5.2, 5.1), (5.0, guessing + 0.01)]))

    assert "**Not learning**" in text
    assert f"no better than guessing among 133 classes ({guessing:.3f})" in text
    assert "Still improving" not in text


def test_the_small_gain_with_which_every_cosine_ends_asks_for_no_more_epochs() -> None:
    assert "**Converged**" in interpret(course([(1.0, 1.0), (0.5, 0.6), (0.49, 0.599)]))


@pytest.mark.parametrize(("units", "asks"), [(0, False), (128, True)])
def test_fewer_hidden_units_are_advised_only_where_there_are_some(units: int, asks: bool) -> None:
    text = interpret(course(CURVES["Overfitting"], hidden_units=units))

    assert ("lower hidden_units" in text) is asks


def test_less_dropout_is_advised_only_where_there_is_some() -> None:
    weak = recognising((0.4, 1000), (0.5, 1000), dropout=0.0)

    assert "lower dropout" not in interpret(weak)
    assert "lower dropout (now 0.2)" in interpret(recognising((0.4, 1000), (0.5, 1000)))


def test_a_weak_network_is_not_told_to_train_its_backbone() -> None:
    """On small data sets that makes it worse: what was measured decides, not this text."""
    text = interpret(recognising((0.4, 1000), (0.5, 1000)))

    assert "**Underfitting**" in text
    assert "trainable" not in text


def test_one_image_of_four_is_no_difference_beyond_chance() -> None:
    four = replace(recognising((1.0, 100), (1.0, 4)), test=Measurement(0.6, 0.75, 4))

    assert "**Test confirms validation**" in interpret(four)


def test_a_different_test_split_is_told() -> None:
    other = replace(recognising((0.4, 1000), (0.5, 1000)), test=Measurement(2.0, 0.3, 1000))

    text = interpret(other)

    assert "**Test and validation differ**" in text
    assert "-20.0%" in text


def test_a_first_epoch_that_is_the_best_one_is_not_taken_for_a_weak_network() -> None:
    history = [
        Epoch(1, Measurement(2.0, 0.47, 309), Measurement(1.29, 0.67, 72)),
        Epoch(2, Measurement(0.1, 0.98, 309), Measurement(1.31, 0.67, 72)),
    ]
    learned = Course(history, history[0], history[0].valid, Hyperparameters(), CLASSES)

    text = interpret(learned)

    assert "Underfitting" not in text
    assert "Training reaches 98.0%, validation 67.0%" in text


def test_few_validation_images_are_no_sign_of_overfitting() -> None:
    assert "**No overfitting**" in interpret(recognising((0.95, 40), (0.75, 4)))
