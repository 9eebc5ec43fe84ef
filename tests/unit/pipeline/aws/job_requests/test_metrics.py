"""The expressions by which SageMaker reads the one format of metric lines."""

from __future__ import annotations

import math
import re

import pytest

from pipeline.aws.job_requests.metrics import metric_definitions
from training_code.loops.metrics import Measurement, metric_line

EXPRESSIONS = {found["Name"]: re.compile(found["Regex"]) for found in metric_definitions()}
TRAIN = "train epoch=3 loss=0.8123 accuracy=0.7750"
VALID = "valid epoch=12 loss=8.1e-05 accuracy=0.7751 best_loss=7.9e-05"
TEST = "test epoch=3 loss=1.5 accuracy=1.0"


def metrics_of(line: str) -> dict[str, float]:
    found = {name: expression.findall(line) for name, expression in EXPRESSIONS.items()}
    return {name: float(values[0]) for name, values in found.items() if values}


@pytest.mark.parametrize(
    ("line", "metrics"),
    [
        (TRAIN, {"train:loss": 0.8123, "train:accuracy": 0.775}),
        (
            VALID,
            {
                "validation:loss": 8.1e-05,
                "validation:accuracy": 0.7751,
                "validation:best_loss": 7.9e-05,
            },
        ),
        (TEST, {"test:loss": 1.5, "test:accuracy": 1.0}),
        ("2026-11-20 INFO " + TRAIN, {"train:loss": 0.8123, "train:accuracy": 0.775}),
        ("epoch=3 took 4 s", {}),
        ("train epoch=3 loss=nan accuracy=0.5", {}),
    ],
)
def test_a_line_gives_its_metrics_and_no_others(line: str, metrics: dict[str, float]) -> None:
    assert metrics_of(line) == metrics


@pytest.mark.parametrize("loss", [0.8123, 1e-05, 23.0])
def test_the_lines_that_training_prints_are_read(loss: float) -> None:
    line = metric_line("valid", 3, Measurement(loss, 0.775, images=40), best_loss=loss)

    assert metrics_of(line) == pytest.approx(
        {"validation:loss": loss, "validation:accuracy": 0.775, "validation:best_loss": loss}
    )
    assert metrics_of(metric_line("train", 3, Measurement(loss, 0.5, images=4))) == pytest.approx(
        {"train:loss": loss, "train:accuracy": 0.5}
    )


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_trial_that_never_learned_does_not_look_measured(loss: float) -> None:
    line = metric_line("valid", 3, Measurement(loss, 0.1, images=40), best_loss=math.inf)

    assert metrics_of(line) == {}


@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=list(EXPRESSIONS))
def test_an_expression_is_one_that_sagemaker_takes(expression: re.Pattern[str]) -> None:
    assert expression.groups == 1
    assert len(expression.pattern) <= 500


def test_there_are_no_more_metrics_than_a_tuning_job_may_have() -> None:
    assert len(EXPRESSIONS) <= 20
