"""Ranges as SageMaker declares them, as distributions."""

from __future__ import annotations

import pytest

from localcloud.sagemaker.jobs.tuning_ranges import is_logarithmic, ranges
from localcloud.sagemaker.region.errors import ApiError

LR = {"Name": "lr", "MinValue": "0.0001", "MaxValue": "0.1", "ScalingType": "Logarithmic"}


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
