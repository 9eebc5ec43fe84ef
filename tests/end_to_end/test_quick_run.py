"""A quick run: the preparation searches, and three job starts lie between the zip and serving."""

from __future__ import annotations

from typing import Any

import pytest

from cli.trials import trials_told
from tests.support.service import Service
from tests.support.stories import THIN, photos_in


@pytest.fixture(scope="module")
def run(service: Service, drawn: bytes) -> dict[str, Any]:
    thin = {name: value for name, value in THIN.items() if name != "views"}
    service.upload(drawn, "quick", **thin, preset="quick")
    return service.run_in("quick", "serving")


def test_it_serves_without_a_tuning_job(service: Service, run: dict[str, Any]) -> None:
    states = [moment["state"] for moment in run["timeline"]]

    assert states == ["preparing", "training", "evaluating", "serving"]
    assert set(run["jobs"]) == {"preparation", "training", "evaluation", "model"}
    tunings = service.client("sagemaker").list_hyper_parameter_tuning_jobs(NameContains=run["run"])
    assert tunings["HyperParameterTuningJobSummaries"] == []


def test_its_trials_are_kept_like_a_tuning_s(service: Service, run: dict[str, Any]) -> None:
    document = service.json(f"runs/{run['run']}/tuning/trials.json")

    assert document is not None
    assert (document["schema"], document["search"]) == ("kennel.trials/1", "in_job")
    best = next(trial for trial in document["trials"] if trial["name"] == document["best"])
    assert run["best_trial"] == {"job": best["name"], "objective": best["objective"]}
    assert run["hyperparameters"] == best["values"]
    assert len(document["trials"]) == THIN["tuning_jobs"]
    assert service.read(f"runs/{run['run']}/tuning/head.npz")


def test_its_training_has_the_best_trial_s_values_and_head(
    service: Service, run: dict[str, Any]
) -> None:
    training = service.client("sagemaker").describe_training_job(
        TrainingJobName=run["jobs"]["training"]
    )

    channels = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in training["InputDataConfig"]
    }
    assert channels["search"] == f"s3://{service.bucket}/runs/{run['run']}/tuning/"
    given = {name: training["HyperParameters"][name] for name in run["hyperparameters"]}
    assert given == run["hyperparameters"]


def test_its_preparation_s_log_tells_of_every_trial(service: Service, run: dict[str, Any]) -> None:
    logs, group = service.client("logs"), "/aws/sagemaker/ProcessingJobs"
    prefix = f"{run['jobs']['preparation']}/"
    [stream] = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=prefix)[
        "logStreams"
    ]

    events = logs.get_log_events(
        logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
    )["events"]

    trials = trials_told(event["message"] for event in events)
    assert [trial.number for trial in trials] == [1, 2]
    assert not any(trial.is_working for trial in trials)


def test_it_predicts(service: Service, run: dict[str, Any], drawn: bytes) -> None:
    service.put("images/quick.jpg", next(iter(photos_in(drawn).values())))

    document = service.document("quick.jpg")

    assert document["predictions"]
    assert document["model"]["run"] == run["run"]
