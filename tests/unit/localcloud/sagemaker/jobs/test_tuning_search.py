"""Ranges as SageMaker declares them, drawn from by Optuna."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.sagemaker.jobs.tuning_search import Search, is_logarithmic, ranges
from localcloud.sagemaker.region.errors import ApiError

LR = {"Name": "lr", "MinValue": "0.0001", "MaxValue": "0.1", "ScalingType": "Logarithmic"}


def search(**declared: Any) -> Search:
    return Search(
        {
            "Strategy": "Bayesian",
            "RandomSeed": 1,
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ParameterRanges": declared,
        }
    )


def test_values_are_text_within_the_bounds() -> None:
    batch = {"Name": "batch", "Values": ["32", "64"]}
    epochs = {"Name": "epochs", "MinValue": "2", "MaxValue": "6"}
    found = search(
        ContinuousParameterRanges=[LR],
        IntegerParameterRanges=[epochs],
        CategoricalParameterRanges=[batch],
    )

    values = [found.ask().values for _ in range(20)]

    assert all(0.0001 <= float(item["lr"]) <= 0.1 for item in values)
    assert {item["epochs"] for item in values} <= {"2", "3", "4", "5", "6"}
    assert {item["batch"] for item in values} == {"32", "64"}


def test_the_search_comes_closer_to_the_best_value() -> None:
    found = search(ContinuousParameterRanges=[{"Name": "x", "MinValue": "-9", "MaxValue": "9"}])

    distances = []
    for _ in range(40):
        proposal = found.ask()
        distances.append(abs(float(proposal.values["x"]) - 2))
        found.tell(proposal, distances[-1])

    assert sum(distances[-10:]) < sum(distances[:10])


def test_a_failed_trial_can_be_told() -> None:
    found = search(ContinuousParameterRanges=[LR])

    found.tell(found.ask(), None)

    assert float(found.ask().values["lr"]) > 0


def test_reverse_logarithmic_values_crowd_at_the_top() -> None:
    momentum = {"Name": "m", "MinValue": "0", "MaxValue": "0.999"}
    found = search(ContinuousParameterRanges=[{**momentum, "ScalingType": "ReverseLogarithmic"}])

    values = [float(found.ask().values["m"]) for _ in range(10)]

    assert sum(value > 0.5 for value in values) > 5


@pytest.mark.parametrize(
    "item",
    [
        {**LR, "MinValue": "0"},
        {**LR, "MinValue": "one"},
        {**LR, "MinValue": "1"},
        {**LR, "ScalingType": "ReverseLogarithmic", "MaxValue": "2"},
    ],
)
def test_impossible_ranges_are_refused(item: dict[str, str]) -> None:
    with pytest.raises(ApiError, match="lr"):
        ranges({"ContinuousParameterRanges": [item]})


def test_wide_ranges_are_searched_by_magnitude_unless_told_otherwise() -> None:
    assert is_logarithmic({"Name": "lr"}, 0.0001, 0.1)
    assert not is_logarithmic({"Name": "x", "ScalingType": "Linear"}, 0.0001, 0.1)
    assert not is_logarithmic({"Name": "x"}, 0.1, 0.5)
