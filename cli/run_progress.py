"""How far a run has come: its state, its tuning trials and the epochs of its training."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cli.job_logs import TRAINING, JobLog
from cli.run_status import RunStatus, parse_run

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_sagemaker import SageMakerClient

    from cli.runs_api import RunsApi

OBJECTIVE = "validation:best_loss"
EPOCH_LINE = re.compile(
    r"(?P<split>train|valid) epoch=(?P<epoch>\d+)"
    r" loss=(?P<loss>[0-9.eE+-]+) accuracy=(?P<accuracy>[0-9.]+)"
)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One training job of the tuning; its loss is the best so far, None before the first."""

    number: int
    status: str
    loss: float | None
    hyperparameters: Mapping[str, str]

    @property
    def is_working(self) -> bool:
        return self.status in ("InProgress", "Stopping")


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """One pass of the training; the validation's figures come a moment later."""

    number: int
    train_loss: float
    train_accuracy: float
    valid_loss: float | None = None
    valid_accuracy: float | None = None

    @property
    def is_complete(self) -> bool:
        return self.valid_loss is not None


@dataclass(frozen=True, kw_only=True)
class Progress:
    run: RunStatus
    trials: tuple[Trial, ...] = ()
    epochs: tuple[Epoch, ...] = ()

    @property
    def trials_asked_for(self) -> int:
        """SageMaker begins them one after the other, and may end before the last."""
        return int(self.run.settings["tuning_jobs"])

    @property
    def best(self) -> Trial | None:
        measured = [trial for trial in self.trials if trial.loss is not None]
        return min(measured, key=lambda trial: trial.loss or 0.0, default=None)


class ProgressReader:
    """Reads one run again and again, asking only for what can still change."""

    def __init__(
        self, api: RunsApi, sagemaker: SageMakerClient, logs: CloudWatchLogsClient
    ) -> None:
        self._api = api
        self._sagemaker = sagemaker
        self._logs = logs
        self._trials: tuple[Trial, ...] = ()
        self._tuning_over = False
        self._training_over = False
        self._training_log: JobLog | None = None
        self._lines: list[str] = []

    def read(self, run: str) -> Progress:
        status = parse_run(self._api.run(run))
        self._read_trials(status)
        self._read_log(status)
        return Progress(run=status, trials=self._trials, epochs=parse_epochs(self._lines))

    def _read_trials(self, run: RunStatus) -> None:
        """Once more after the tuning, for the last trials' results."""
        if "tuning" in run.jobs and not self._tuning_over:
            self._trials = tuple(
                _trial(self._sagemaker, number, summary)
                for number, summary in enumerate(_summaries(self._sagemaker, run), start=1)
            )
            self._tuning_over = run.state != "tuning"

    def _read_log(self, run: RunStatus) -> None:
        if "training" not in run.jobs or self._training_over:
            return
        if self._training_log is None:
            self._training_log = JobLog(self._logs, run.jobs["training"], (TRAINING,))
        self._lines += [line.text for line in self._training_log.new_lines()]
        self._training_over = run.state != "training"


def parse_epochs(lines: list[str]) -> tuple[Epoch, ...]:
    """From the fixed metric lines; a later line of the same epoch wins (a job begun again)."""
    train: dict[int, tuple[float, float]] = {}
    valid: dict[int, tuple[float, float]] = {}
    for line in lines:
        for found in EPOCH_LINE.finditer(line):
            split = train if found["split"] == "train" else valid
            split[int(found["epoch"])] = (float(found["loss"]), float(found["accuracy"]))
    return tuple(
        Epoch(
            number=number,
            train_loss=loss,
            train_accuracy=accuracy,
            valid_loss=valid[number][0] if number in valid else None,
            valid_accuracy=valid[number][1] if number in valid else None,
        )
        for number, (loss, accuracy) in sorted(train.items())
    )


def _summaries(sagemaker: SageMakerClient, run: RunStatus) -> list[Any]:
    pages = sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
        HyperParameterTuningJobName=run.jobs["tuning"], SortBy="CreationTime", SortOrder="Ascending"
    )
    return [summary for page in pages for summary in page["TrainingJobSummaries"]]


def _trial(sagemaker: SageMakerClient, number: int, summary: Any) -> Trial:
    objective = summary.get("FinalHyperParameterTuningJobObjectiveMetric")
    working = summary["TrainingJobStatus"] == "InProgress"
    loss = objective["Value"] if objective else None
    if loss is None and working:
        loss = _loss_so_far(sagemaker, summary["TrainingJobName"])
    return Trial(
        number=number,
        status=summary["TrainingJobStatus"],
        loss=loss,
        hyperparameters=summary.get("TunedHyperParameters") or {},
    )


def _loss_so_far(sagemaker: SageMakerClient, job: str) -> float | None:
    metrics = sagemaker.describe_training_job(TrainingJobName=job).get("FinalMetricDataList", [])
    values = [metric.get("Value") for metric in metrics if metric.get("MetricName") == OBJECTIVE]
    return values[-1] if values else None
