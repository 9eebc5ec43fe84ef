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
        "waiting": run.waiting.reason if run.waiting else None,
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
