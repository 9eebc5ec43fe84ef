"""What a search gained over the default values, and how sure that is."""

from __future__ import annotations

import pytest
import torch

from tests.support.training_jobs import Job, hyperparameters
from training_code.report.gain import gain_over


def right(*counts: int) -> torch.Tensor:
    """So many images right, so many wrong, and so on."""
    return torch.cat([torch.full((n,), i % 2 == 0) for i, n in enumerate(counts)])


def test_nothing_gained_is_nothing_with_an_interval_around_it() -> None:
    gain = gain_over(hyperparameters(), right(50, 50), right(40, 10, 10, 40))

    assert gain.accuracy == 0
    assert gain.interval[0] < 0 < gain.interval[1]
    assert gain.interval == pytest.approx((-0.09, 0.09), abs=0.02)  # 1.96 sqrt(0.2 / 100)


def test_the_same_answers_have_an_interval_without_width() -> None:
    gain = gain_over(hyperparameters(), right(70, 30), right(70, 30))

    assert (gain.accuracy, gain.interval, gain.default_accuracy) == (0, (0, 0), 0.7)


def test_a_clear_gain_is_above_zero_and_the_same_for_the_same_seed() -> None:
    gains = [gain_over(hyperparameters(), right(90, 10), right(60, 40)) for _ in range(2)]

    assert gains[0] == gains[1]
    assert gains[0].accuracy == pytest.approx(0.3)
    assert gains[0].interval[0] > 0.2


def test_a_training_leaves_its_gain_over_the_default_values_also_when_it_is_nothing(
    trained: Job,
) -> None:
    gain = trained.json("output/data/gain.json")

    assert (gain["schema"], gain["images"]) == ("kennel.gain/1", 8)
    assert gain["interval"][0] <= gain["accuracy"] <= gain["interval"][1]
    assert gain["default"]["lr"] == 0.001
