"""Following until the end: each look asks only for what can still change."""

from __future__ import annotations

from io import StringIO
from typing import Any

from rich.console import Console

from cli import clients
from cli.follow import follow
from cli.run_progress import ProgressReader, parse_epochs
from cli.runs_api import RunsApi
from tests.support.cli_service import Service
from tests.support.run_views import answer_of, run_at

TRIALS = "ListTrainingJobsForHyperParameterTuningJob"
LOGS = "/aws/sagemaker/TrainingJobs"
LINES = (
    "train epoch=1 loss=0.9000 accuracy=0.5000",
    "valid epoch=1 loss=0.8000 accuracy=0.6000 best_loss=0.8000",
    "train epoch=2 loss=4e-1 accuracy=0.9000",
)


def trials(status: str, **more: Any) -> dict[str, Any]:
    """The answer about a tuning job with one trial."""
    row = {
        "TrainingJobName": "kennel-test-tuning-abcdefghij-001",
        "TrainingJobArn": "arn:aws:sagemaker:us-east-1:123456789012:training-job/t-001",
        "CreationTime": 1763632800,
        "TrainingJobStatus": status,
        "TunedHyperParameters": {"lr": "0.01"},
        "ObjectiveStatus": "Succeeded",
        **more,
    }
    return {"TrainingJobSummaries": [row]}


def reader(service: Service) -> ProgressReader:
    api = RunsApi(service.url, clients.session())
    return ProgressReader(api, clients.sagemaker(), clients.logs())


def told(service: Service, **options: Any) -> list[str]:
    console = Console(file=StringIO(), width=200, **options)
    follow(reader(service), "abcdefghij", console, pause=0.01)
    printed: str = console.file.getvalue()  # type: ignore[attr-defined] # it is a StringIO
    return printed.splitlines()


def test_a_trial_at_work_shows_its_loss_so_far(deployed: Service) -> None:
    metric = {"MetricName": "validation:best_loss", "Value": 0.75, "Timestamp": 1763632800}
    deployed.answers["GET /runs/abcdefghij"] = answer_of(run_at("tuning"))
    deployed.answers[TRIALS] = trials("InProgress")
    deployed.answers["DescribeTrainingJob"] = {"FinalMetricDataList": [metric]}

    (trial,) = reader(deployed).read("abcdefghij").trials

    assert (trial.status, trial.loss, trial.is_working) == ("InProgress", 0.75, True)


def test_trials_are_asked_for_once_more_after_the_tuning(deployed: Service) -> None:
    objective = {"MetricName": "validation:best_loss", "Value": 0.25}
    done = trials("Completed", FinalHyperParameterTuningJobObjectiveMetric=objective)
    deployed.answers["GET /runs/abcdefghij"] = answer_of(run_at("training"))
    deployed.answers[TRIALS] = done
    progress = reader(deployed)

    best = [progress.read("abcdefghij").best for _ in range(3)]

    assert [trial.loss for trial in best if trial] == [0.25, 0.25, 0.25]
    assert [name for name, _ in deployed.requests].count(TRIALS) == 1


def test_the_log_tells_states_trials_epochs_and_the_end(deployed: Service, job_log: Any) -> None:
    job_log(LOGS, "kennel-test-training-abcdefghij/algo-1-1", *LINES)
    deployed.answers["GET /runs/abcdefghij"] = [
        answer_of(run_at("training")),
        answer_of(run_at("serving", metrics={"test_accuracy": 0.875})),
    ]

    lines = told(deployed)

    assert [line[9:] for line in lines[-3:]] == [
        "epoch 1: train loss 0.9000 accuracy 50.0 %, valid loss 0.8000 accuracy 60.0 %",
        "evaluating (since 10:03:00 UTC)",
        "run abcdefghij is serving: test accuracy 87.5 %",
    ]


def test_a_person_sees_the_screen_at_its_end(deployed: Service) -> None:
    deployed.answers["GET /runs/abcdefghij"] = answer_of(run_at("serving"))

    lines = told(deployed, force_terminal=True, color_system=None)

    assert any("✔ evaluating" in line for line in lines)


def test_epochs_are_read_from_the_metric_lines_alone() -> None:
    first, second = parse_epochs([*LINES, "loading epoch=7 loss=high", "epoch=8"])

    assert (first.valid_loss, first.is_complete) == (0.8, True)
    assert (second.train_loss, second.is_complete) == (0.4, False)
