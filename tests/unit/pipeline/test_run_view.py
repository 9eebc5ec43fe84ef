from __future__ import annotations

import json
from typing import get_args

import pytest

from pipeline.run import Model, QuotaWait, State
from pipeline.run_view import run_view
from tests.fakes.surroundings import NOON
from tests.support.samples import run_in

# What design.md promises to scripts; more may come, none of these may go.
PROMISED = {
    "run",
    "state",
    "reason",
    "dataset",
    "jobs",
    "metrics",
    "hyperparameters",
    "model",
    "timeline",
}


@pytest.mark.parametrize("state", get_args(State))
def test_a_run_in_any_state_shows_what_is_promised(state: State) -> None:
    view = json.loads(json.dumps(run_view(run_in(state))))

    assert view.keys() >= PROMISED
    assert view["state"] == state
    assert view["dataset"].keys() == {"key", "digest", "classes", "counts", "warnings"}
    assert view["timeline"][-1]["state"] == state


def test_a_served_run_shows_its_model() -> None:
    model = Model(artifact="s3://bucket/model.tar.gz", digest="d" * 64, version=2)

    view = run_view(run_in("serving", model=model, metrics={"test_accuracy": 0.8}))

    assert view["model"] == {
        "version": 2,
        "digest": "d" * 64,
        "artifact": "s3://bucket/model.tar.gz",
    }
    assert view["metrics"] == {"test_accuracy": 0.8}


def test_a_run_without_a_model_shows_none() -> None:
    assert run_view(run_in("preparing"))["model"] is None


def test_times_are_utc_to_the_second() -> None:
    view = run_view(run_in("rejected"))

    assert view["timeline"] == [{"state": "rejected", "time": "2026-11-20T03:00:00Z"}]


def test_a_run_that_waits_for_a_quota_shows_why_and_since_when() -> None:
    run = run_in("training", quota_wait=QuotaWait(NOON, "limit is 0 Instances"))

    assert run_view(run)["quota_wait"] == {
        "since": "2026-11-20T12:00:00Z",
        "reason": "limit is 0 Instances",
    }


def test_reports_are_told_of_the_stages_that_have_been_left() -> None:
    run = run_in("training")
    folder = f"s3://{run.upload.bucket}/runs/{run.id}"

    assert run_view(run)["reports"] == {
        "dataset": f"{folder}/dataset_report.json",
        "preparation": f"{folder}/preparation/report.json",
    }
    assert run_view(run_in("serving"))["reports"].keys() == {
        "dataset",
        "preparation",
        "training",
        "evaluation",
        "page",
    }
    assert run_view(run_in("rejected"))["reports"].keys() == {"dataset"}


def test_a_view_cannot_change_its_run() -> None:
    run = run_in("tuning")

    run_view(run)["settings"]["epochs"] = 99

    assert run.settings.epochs == 1
