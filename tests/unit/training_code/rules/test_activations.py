"""The rules over activations."""

from __future__ import annotations

import pytest

from training_code.rules.activations import DeadRelu, PoorWeightInitialization, SaturatedActivation
from training_code.rules.history import History
from training_code.rules.rule import Rule


@pytest.mark.parametrize(
    ("rule", "training", "sentence"),
    [
        (DeadRelu(), "stiff", "3: 100 % of the units are dead"),
        (SaturatedActivation(), "stiff", "1: "),
        (PoorWeightInitialization(), "numb", "the loss began at 1.0986 and fell by"),
    ],
)
def test_an_illness_is_found(
    rule: Rule, training: str, sentence: str, request: pytest.FixtureRequest
) -> None:
    verdict = rule.judge(request.getfixturevalue(training))

    assert verdict is not None
    assert verdict.issue
    assert verdict.sentence.startswith(sentence)


@pytest.mark.parametrize("rule", [DeadRelu(), PoorWeightInitialization()])
def test_a_training_that_is_well_has_nothing(rule: Rule, well: History) -> None:
    verdict = rule.judge(well)

    assert verdict is not None
    assert not verdict.issue, verdict.sentence


def test_a_network_without_tanh_and_sigmoid_cannot_saturate(well: History) -> None:
    assert SaturatedActivation().judge(well) is None


def test_a_layer_whose_name_has_not_the_expression_is_not_looked_at(stiff: History) -> None:
    assert DeadRelu(tensor_regex="backbone.*relu_output").judge(stiff) is None
