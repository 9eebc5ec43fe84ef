"""A run as the API and the command line show it: the JSON that scripts may rely on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TypedDict

from pipeline.run import Model, QuotaWait, Run, State


class QuotaWaitView(TypedDict):
    since: str
    reason: str


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


class RunView(TypedDict):
    run: str
    state: State
    reason: str | None
    quota_wait: QuotaWaitView | None
    dataset: DatasetView
    settings: dict[str, str | int]
    jobs: dict[str, str]
    metrics: dict[str, float]
    hyperparameters: dict[str, str]
    model: ModelView | None
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
        "hyperparameters": dict(run.hyperparameters),
        "model": _model(run.model) if run.model else None,
        "timeline": [{"state": m.state, "time": _text(m.time)} for m in run.timeline],
    }


def _quota_wait(wait: QuotaWait) -> QuotaWaitView:
    return {"since": _text(wait.since), "reason": wait.reason}


def _model(model: Model) -> ModelView:
    return {"version": model.version, "digest": model.digest, "artifact": model.artifact}


def _text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
