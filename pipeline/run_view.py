"""A run as the API and the command line show it: the JSON that scripts may rely on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TypedDict

from pipeline.findings import Finding
from pipeline.names import (
    DATASET_REPORT,
    EVALUATION_REPORT,
    PREPARATION_REPORT,
    REPORT_PAGE,
    TRAINING_REPORTS,
    run_key,
    uri,
)
from pipeline.run import Model, QuotaWait, Run, State, Trial

# A state, and the reports that lie there when it is reached.
JUDGED = {"evaluation": EVALUATION_REPORT, "page": REPORT_PAGE}
REPORTS: Mapping[State, Mapping[str, str]] = {
    "preparing": {"dataset": DATASET_REPORT},
    "rejected": {"dataset": DATASET_REPORT},
    "tuning": {"preparation": PREPARATION_REPORT},
    "training": {"preparation": PREPARATION_REPORT},  # without a tuning before it, perhaps
    "evaluating": {"training": TRAINING_REPORTS},
    "serving": JUDGED,
    "declined": JUDGED,
}


class QuotaWaitView(TypedDict):
    since: str
    reason: str


class TrialView(TypedDict):
    job: str
    objective: float


class DatasetView(TypedDict):
    key: str
    digest: str | None
    classes: Sequence[str]
    counts: dict[str, int]
    warnings: list[str]


class ModelView(TypedDict):
    version: int | None
    digest: str | None
    artifact: str


class MomentView(TypedDict):
    state: State
    time: str


class FindingView(TypedDict):
    rule: str
    step: int
    details: str
    stopped_job: bool


class RunView(TypedDict):
    run: str
    state: State
    reason: str | None
    quota_wait: QuotaWaitView | None
    dataset: DatasetView
    settings: dict[str, object]
    jobs: dict[str, str]
    metrics: dict[str, float]
    findings: list[FindingView]
    hyperparameters: dict[str, str]
    best_trial: TrialView | None
    model: ModelView | None
    reports: dict[str, str]
    timeline: list[MomentView]


def run_view(run: Run) -> RunView:
    return {
        "run": run.id,
        "state": run.state,
        "reason": run.reason,
        "quota_wait": _quota_wait(run.quota_wait) if run.quota_wait else None,
        "dataset": {
            "key": run.upload.key,
            "digest": run.dataset.digest,
            "classes": list(run.dataset.classes),
            "counts": dict(run.dataset.counts),
            "warnings": list(run.dataset.warnings),
        },
        "settings": asdict(run.settings),
        "jobs": dict(run.jobs),
        "metrics": dict(run.metrics),
        "findings": [_finding(one) for one in run.findings],
        "hyperparameters": dict(run.hyperparameters),
        "best_trial": _trial(run.best_trial) if run.best_trial else None,
        "model": _model(run.model) if run.model else None,
        "reports": dict(_reports(run)),
        "timeline": [{"state": m.state, "time": _text(m.time)} for m in run.timeline],
    }


def _quota_wait(wait: QuotaWait) -> QuotaWaitView:
    return {"since": _text(wait.since), "reason": wait.reason}


def _trial(trial: Trial) -> TrialView:
    return {"job": trial.job, "objective": trial.objective}


def _finding(found: Finding) -> FindingView:
    return {
        "rule": found.rule,
        "step": found.step,
        "details": found.details,
        "stopped_job": found.stopped_job,
    }


def _reports(run: Run) -> Iterator[tuple[str, str]]:
    """Addresses by what is told there; of a report only where its stage has been left well."""
    been = {moment.state for moment in run.timeline}
    for state, lying in REPORTS.items():
        for name, key in lying.items() if state in been else ():
            yield name, uri(run.upload.bucket, run_key(run.id, key))


def _model(model: Model) -> ModelView:
    return {"version": model.version, "digest": model.digest, "artifact": model.artifact}


def _text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
