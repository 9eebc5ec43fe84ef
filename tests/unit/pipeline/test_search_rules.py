"""What SageMaker wants of strategy, ranges and trials together, told before anything is sent."""

from __future__ import annotations

import pytest

from pipeline.errors import SettingRefused
from pipeline.run_settings import RunSettings, run_settings

FIXED = {"lr": 0.01, "weight_decay": 0.01, "dropout": 0.2, "batch_size": 64, "hidden_units": 0}
FEW = {**FIXED, "lr": {"values": [0.001, 0.01]}, "batch_size": [32, 64, 128]}


def chosen(**given: object) -> RunSettings:
    return run_settings(given, defaults=RunSettings())


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"ranges": {"lr": {"values": [0.0001234567 + place / 1e5 for place in range(30)]}}},
            "ranges.lr=[…] is not written in 256 characters: list fewer or rounder values",
        ),
        (
            {"strategy": "hyperband"},
            "early_stopping='auto' is not off, which strategy=hyperband needs as it stops trials",
        ),
        (
            {"strategy": "grid"},
            "strategy='grid' is not for ranges from one number to another: list the {",
        ),
        (
            {"strategy": "grid", "ranges": FEW, "tuning_jobs": 7},
            "tuning_jobs=7 is not 6, the combinations of ranges that strategy=grid tries",
        ),
        (
            {"ranges": FEW, "tuning_jobs": 7},
            "tuning_jobs=7 is not at most 6: ranges have no more combinations to try",
        ),
        (
            {"strategy": "random", "ranges": FIXED, "tuning_jobs": 2},
            "tuning_jobs=2 is not at most 1: ranges have no more combinations to try",
        ),
        (
            {
                "strategy": "grid",
                "ranges": {**FEW, "batch_size": list(range(1, 31)), "hidden_units": [0, 64]},
            },
            "strategy='grid' is not to be tried as a whole, 120 combinations: list fewer values",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_refused_in_a_sentence(
    given: dict[str, object], sentence: str
) -> None:
    with pytest.raises(SettingRefused) as raised:
        chosen(**given)

    assert str(raised.value).startswith(sentence)


def test_a_grid_s_trials_are_its_combinations() -> None:
    assert chosen(strategy="grid", ranges=FEW).tuning_jobs == 6
    assert chosen(strategy="grid", ranges=FEW, tuning_jobs=6).tuning_jobs == 6


def test_trials_that_nobody_asked_for_are_as_many_as_there_are_to_try() -> None:
    assert chosen(ranges=FEW).tuning_jobs == 6
    assert chosen(ranges=FIXED).tuning_jobs == 1
    assert chosen().tuning_jobs == RunSettings().tuning_jobs


def test_hyperband_without_early_stopping_is_what_sagemaker_takes() -> None:
    assert chosen(strategy="hyperband", early_stopping="off").strategy == "hyperband"
