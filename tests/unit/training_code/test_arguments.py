"""Hyperparameters as SageMaker passes them."""

from __future__ import annotations

import pytest

from training_code.job.errors import InputError
from training_code.job.hyperparameters import Hyperparameters


def test_values_arrive_as_text_and_sometimes_quoted_twice() -> None:
    given = [
        "--lr",
        "1e-2",
        "--batch-size",
        '"64"',
        "--hidden-units",
        "128",
        "--trainable",
        '"all"',
    ]

    parsed = Hyperparameters.parse(given)

    assert (parsed.lr, parsed.batch_size, parsed.hidden_units) == (0.01, 64, 128)
    assert parsed.trainable == "all"


def test_unknown_names_are_ignored_and_missing_ones_have_defaults() -> None:
    parsed = Hyperparameters.parse(["--sagemaker_region", "eu-west-1", "--epochs", "3"])

    assert parsed == Hyperparameters(epochs=3)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("batch-size", "ten", "batch-size='ten' is not a whole number"),
        ("epochs", "0", "epochs=0 is too small: at least 1"),
        ("lr", "fast", "lr='fast' is not a number"),
        ("lr", "-1e-3", "lr=-1e-3 must be at least 1e-08 and less than 10"),
        ("dropout", "1", "dropout=1 must be at least 0 and less than 1"),
        ("lr", "nan", "lr=nan must be at least"),
        ("trainable", "tail", "trainable='tail' is not one of head, last_block, all"),
    ],
)
def test_a_wrong_value_is_named_with_the_rule(name: str, value: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Hyperparameters.parse([f"--{name}", value])


def test_an_option_without_a_value_is_an_input_error() -> None:
    with pytest.raises(InputError, match="the job's arguments cannot be read"):
        Hyperparameters.parse(["--lr", "--epochs", "3"])
