"""A run as the table keeps it: its fields as one JSON text. Knows the form, not the table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from pipeline.events import DatasetUploaded
from pipeline.findings import Finding
from pipeline.run import Dataset, Model, Moment, QuotaWait, Retry, Run, Trial
from pipeline.run_settings import stored_run_settings


def dump(run: Run) -> str:
    return json.dumps(asdict(run), default=datetime.isoformat, ensure_ascii=False)


def load(text: str) -> Run:
    record = json.loads(text)
    dataset, model, wait = record["dataset"], record["model"], record["quota_wait"]
    # Runs of an earlier version have neither.
    retries, best = record.get("retries", {}), record.get("best_trial")
    parts = {
        "upload": _upload(record["upload"]),
        "settings": stored_run_settings(record["settings"]),
        "timeline": tuple(Moment(m["state"], _time(m["time"])) for m in record["timeline"]),
        "dataset": Dataset(
            **dataset
            | {
                "classes": tuple(dataset["classes"]),
                "warnings": tuple(dataset.get("warnings", ())),  # older runs have none
            }
        ),
        "best_trial": Trial(**best) if best else None,
        "findings": tuple(Finding(**one) for one in record.get("findings", ())),
        "weights": _weights(record["weights"]),
        "model": Model(**model) if model else None,
        "retries": {
            kind: Retry(**r | {"since": _time(r["since"]), "due": _time(r["due"])})
            for kind, r in retries.items()
        },
        "told": _told(record["timeline"], record.pop("announced", None), record.get("told")),
        "quota_wait": QuotaWait(_time(wait["since"]), wait["reason"]) if wait else None,
    }
    return Run(**record | parts)


def _upload(record: dict[str, object]) -> DatasetUploaded:
    """Runs from before the time was noted have none."""
    make: Callable[..., DatasetUploaded] = DatasetUploaded
    time = record.get("time")
    return make(**record | {"time": _time(str(time)) if time else None})


def _weights(found: str | Sequence[str] | None) -> tuple[str, ...]:
    """Runs from before there could be several backbones have one key, or none."""
    return (found,) if isinstance(found, str) else tuple(found or ())


def _told(timeline: Sequence[Mapping[str, str]], announced: str | None, told: int | None) -> int:
    """Runs from before each state was counted have the name of the last one that was told."""
    if told is not None:
        return told
    return len(timeline) - (announced != timeline[-1]["state"])


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
