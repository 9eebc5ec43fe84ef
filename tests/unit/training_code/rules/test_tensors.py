"""The rules over weights, gradients and updates, on trainings that are ill and one that is not."""

from __future__ import annotations

import pytest

from training_code.rules.history import History
from training_code.rules.rule import Rule
from training_code.rules.tensors import (
    AllZero,
    ExplodingTensor,
    TensorVariance,
    UnchangedTensor,
    VanishingGradient,
    WeightUpdateRatio,
)


@pytest.mark.parametrize(
    ("rule", "training", "sentence"),
    [
        (VanishingGradient(), "numb", "the mean absolute gradient of 0.weight.gradients is 0"),
        (ExplodingTensor(), "wild", "the training loss is"),
        (ExplodingTensor(collection_names="weights"), "wild", "values that are no number"),
        (WeightUpdateRatio(), "wild", "one step changes"),
        (AllZero(collection_names="gradients"), "numb", "100 % of 0.weight.gradients are zero"),
        (UnchangedTensor(collection_names="weights"), "numb", "0.weight.weights has not changed"),
        (TensorVariance(tensor_regex="0.weight.weights", min_threshold=1e-9), "numb", "is 0, out"),
    ],
)
def test_an_illness_is_found_with_its_step_and_its_numbers(
    rule: Rule, training: str, sentence: str, request: pytest.FixtureRequest
) -> None:
    verdict = rule.judge(request.getfixturevalue(training))

    assert verdict is not None
    assert verdict.issue
    assert sentence in verdict.sentence
    assert 1 <= verdict.step <= 12  # in the first epoch


@pytest.mark.parametrize(
    "rule",
    [
        VanishingGradient(),
        ExplodingTensor(),
        WeightUpdateRatio(),
        AllZero(),
        UnchangedTensor(),
        TensorVariance(max_threshold=1e6),
    ],
)
def test_a_training_that_is_well_has_nothing(rule: Rule, well: History) -> None:
    verdict = rule.judge(well)

    assert verdict is not None
    assert not verdict.issue, verdict.sentence


def test_what_is_infinite_may_be_allowed(wild: History) -> None:
    found = ExplodingTensor(only_nan=True, tensor_regex="^$").judge(wild)

    assert found is None  # no tensor has such a name: there is nothing to look at


def test_variances_without_bounds_say_nothing(well: History) -> None:
    assert TensorVariance().judge(well) is None


def test_without_rows_there_is_nothing_to_say() -> None:
    assert VanishingGradient().judge(History()) is None
    assert ExplodingTensor().judge(History()) is None
