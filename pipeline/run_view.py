"""A run as the API and the command line show it: the JSON that scripts may rely on. Pure."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from pipeline.run import Run


def run_view(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "state": run.state,
        "reason": run.reason,
        "quota_wait": _quota_wait(run),
        "dataset": {
            "key": run.upload.key,
            "digest": run.dataset.digest,
            "classes": list(run.dataset.classes),
            "counts": dict(run.dataset.counts),
        },
        "settings": asdict(run.settings),
        "jobs": dict(run.jobs),
        "metrics": dict(run.metrics),
        "hyperparameters": dict(run.hyperparameters),
        "model": _model(run),
        "timeline": [{"state": m.state, "time": _text(m.time)} for m in run.timeline],
    }


def _quota_wait(run: Run) -> dict[str, str] | None:
    if run.quota_wait is None:
        return None
    return {"since": _text(run.quota_wait.since), "reason": run.quota_wait.reason}


def _model(run: Run) -> dict[str, Any] | None:
    if run.model is None:
        return None
    return {
        "version": run.model.version,
        "digest": run.model.digest,
        "artifact": run.model.artifact,
    }


def _text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
