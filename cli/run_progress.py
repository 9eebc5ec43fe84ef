"""How far a run has come: its state, its tuning trials and the epochs of its training."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cli.job_logs import PROCESSING, TRAINING, JobLog, LogLine
from cli.pace import COUNTED, Pace, pace_of
from cli.run_status import RunStatus, parse_run
from cli.trials import Trial, trials_told

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_sagemaker import SageMakerClient

    from cli.runs_api import RunsApi

RULE_LINE = re.compile(r"rule (?P<found>[A-Za-z]+\b.*)")
OBJECTIVE = "validation:best_loss"
EPOCH_LINE = re.compile(
    r"(?P<split>train|valid) epoch=(?P<epoch>\d+)"
    r" loss=(?P<loss>[0-9.eE+-]+) accuracy=(?P<accuracy>[0-9.]+)"
)


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
    findings: tuple[str, ...] = ()  # of the rules that watch the training
    pace: Pace | None = None  # of the job that the run waits for
    learning_since: datetime | None = None

    def seconds_left(self, now: datetime) -> float | None:
        """Of the state that the run is in, at its pace until now; None as long as it is a guess."""
        seconds = self.run.seconds_in(self.run.state, now)
        if self.run.state == "tuning":
            done = sum(not trial.is_working for trial in self.trials)
            return _rest(seconds, done, self.trials_asked_for)
        if self.run.state == "training" and self.epochs:
            done = sum(epoch.is_complete for epoch in self.epochs)
            asked = int(self.run.settings["epochs"])
            return _rest(self._seconds_of_epochs(now), done, asked) if done < asked else None
        return self.pace.seconds_left(now) if self.pace else None

    def _seconds_of_epochs(self, now: datetime) -> float | None:
        """Since the first epoch was told of: what came before, a job's start, is not repeated."""
        return (now - self.learning_since).total_seconds() if self.learning_since else None

    @property
    def trials_asked_for(self) -> int:
        """SageMaker begins them one after the other, and may end before the last."""
        return int(self.run.settings["tuning_jobs"])

    @property
    def best_epoch(self) -> Epoch | None:
        complete = [epoch for epoch in self.epochs if epoch.valid_loss is not None]
        return min(complete, key=lambda epoch: epoch.valid_loss or 0.0, default=None)

    @property
    def best(self) -> Trial | None:
        measured = [trial for trial in self.trials if trial.loss is not None]
        return min(measured, key=lambda trial: trial.loss or 0.0, default=None)


def _rest(seconds: float | None, done: int, asked: int) -> float | None:
    return seconds * (asked - done) / done if seconds and done else None


class _StageLog:
    """The log of the job that a state waits for; read once more after the state was left."""

    def __init__(self, logs: CloudWatchLogsClient, kind: str, state: str, group: str) -> None:
        self._logs = logs
        self._kind, self._state, self._group = kind, state, group
        self._log: JobLog | None = None
        self._over = False

    def new_lines(self, run: RunStatus) -> list[LogLine]:
        if self._kind not in run.jobs or self._over:
            return []
        if self._log is None:
            self._log = JobLog(self._logs, run.jobs[self._kind], (self._group,))
        self._over = run.state != self._state
        return self._log.new_lines()


class ProgressReader:
    """Reads one run again and again, asking only for what can still change."""

    def __init__(
        self, api: RunsApi, sagemaker: SageMakerClient, logs: CloudWatchLogsClient
    ) -> None:
        self._api = api
        self._sagemaker = sagemaker
        self._trials: tuple[Trial, ...] = ()
        self._tuning_over = False
        self._preparation = _StageLog(logs, "preparation", "preparing", PROCESSING)
        self._training = _StageLog(logs, "training", "training", TRAINING)
        self._prepared: list[str] = []
        self._trained: list[LogLine] = []
        self._pace: Pace | None = None

    def read(self, run: str) -> Progress:
        status = parse_run(self._api.run(run))
        prepared, trained = self._preparation.new_lines(status), self._training.new_lines(status)
        self._prepared += [line.text for line in prepared]
        self._trained += trained
        self._read_trials(status)
        # What a job said last is no news once the run waits for another one.
        counting = {"preparing": prepared, "training": trained}.get(status.state)
        self._pace = None if counting is None else pace_of(counting, self._pace)
        texts = [line.text for line in self._trained]
        return Progress(
            run=status,
            trials=self._trials,
            epochs=parse_epochs(texts),
            findings=parse_findings(texts),
            pace=self._pace,
            learning_since=_first_epoch(self._trained),
        )

    def _read_trials(self, run: RunStatus) -> None:
        """Once more after the tuning, for the last trials' results."""
        if run.searches_in_job:
            self._trials = trials_told(self._prepared)
        elif "tuning" in run.jobs and not self._tuning_over:
            self._trials = tuple(
                _trial(self._sagemaker, number, summary)
                for number, summary in enumerate(_summaries(self._sagemaker, run), start=1)
            )
            self._tuning_over = run.state != "tuning"


def parse_findings(lines: list[str]) -> tuple[str, ...]:
    """What the training's rules have found, each once: a job begun again finds it again."""
    found = (match["found"] for line in lines if (match := RULE_LINE.match(line)))
    return tuple(dict.fromkeys(found))


def _first_epoch(lines: list[LogLine]) -> datetime | None:
    """When the learning began, as far as the log tells."""
    told = (line.time for line in lines if COUNTED.match(line.text) or EPOCH_LINE.match(line.text))
    return next(told, None)


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
