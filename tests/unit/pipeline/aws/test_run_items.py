"""A run as the table keeps it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest

from pipeline.aws import run_items
from pipeline.findings import Finding
from pipeline.run import Dataset, Model, QuotaWait, Retry, State, Trial
from pipeline.run_settings import RunSettings
from tests.fakes.surroundings import NOON
from tests.support.samples import run_in, upload


@pytest.mark.parametrize(("announced", "untold"), [("serving", 0), (None, 1)])
def test_a_run_kept_by_the_name_of_the_state_that_was_told_is_read(
    announced: str | None, untold: int
) -> None:
    record = json.loads(run_items.dump(run_in("serving")))
    del record["told"]

    run = run_items.load(json.dumps({**record, "announced": announced}))

    assert len(run.untold) == untold


@pytest.mark.parametrize("state", get_args(State))
def test_a_run_in_any_state_survives_the_round_trip(state: State) -> None:
    run = run_in(state)

    assert run_items.load(run_items.dump(run)) == run


def test_a_run_from_before_data_sets_had_warnings_has_none() -> None:
    record = json.loads(run_items.dump(run_in("serving")))
    del record["dataset"]["warnings"]

    assert run_items.load(json.dumps(record)) == run_in("serving")


@pytest.mark.parametrize(
    ("kept", "weights"),
    [("weights/resnet50.pth", ("weights/resnet50.pth",)), (None, ())],
)
def test_a_run_from_before_there_were_several_backbones_has_the_weights_of_one(
    kept: str | None, weights: tuple[str, ...]
) -> None:
    record = json.loads(run_items.dump(run_in("serving")))

    run = run_items.load(json.dumps({**record, "weights": kept}))

    assert run.weights == weights


def test_a_run_with_everything_known_survives_the_round_trip() -> None:
    run = run_in(
        "failed",
        upload=replace(upload(), time=NOON),
        reason='a "reason" – with 🐕',
        settings=RunSettings(
            backbone=("mobilenet_v2", "resnet18"), weights="none", debugger="native"
        ),
        dataset=Dataset(
            classes=("Chien de Berger", "柴犬"),
            counts={"train": 1},
            digest="d",
            warnings=("half of it is missing", "as is this"),
        ),
        weights=("weights/mobilenet_v2.pth", "weights/resnet18.pth"),
        hyperparameters={"lr": "0.01"},
        best_trial=Trial("kennel-test-tuning-k-001", 0.25),
        metrics={"test_loss": 1e-05},
        findings=(Finding("Overfit", 40, "validation is worse", stopped_job=True),),
        model=Model(artifact="s3://b/k", digest="d", version=7),
        quota_wait=QuotaWait(NOON, "limit"),
        retries={"tuning": Retry(attempt=2, since=NOON, due=NOON)},
        undelivered="training",
        revision=12,
    )

    assert run_items.load(run_items.dump(run)) == run
