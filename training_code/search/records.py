"""What became of each trial, as the run keeps it: trials.json."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

SCHEMA = "kennel.trials/1"
FILE = "trials.json"

Status = Literal["Completed", "Stopped", "Failed"]


@dataclass(frozen=True, kw_only=True)
class TrialRecord:
    """One trial; the statuses are those of SageMaker's training jobs."""

    name: str
    status: Status
    values: Mapping[str, str]
    objective: float | None  # the least of its epochs; None if it reached none
    epochs: Sequence[float | None]  # the validation loss of each; None where it was no number
    seconds: float
    reason: str | None = None  # why it failed


def best_of(records: Sequence[TrialRecord]) -> TrialRecord | None:
    """Of the stopped ones as well: what they had reached is as good as any other."""
    measured = [(one.objective, one) for one in records if one.objective is not None]
    return min(measured, key=lambda pair: pair[0])[1] if measured else None


def write_records(
    records: Sequence[TrialRecord], best: TrialRecord, strategy: str, folder: Path
) -> None:
    document = {
        "schema": SCHEMA,
        "search": "in_job",
        "strategy": strategy,
        "objective": "validation loss",
        "best": best.name,
        "trials": [asdict(record) for record in records],
    }
    text = json.dumps(document, indent=1, allow_nan=False) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8")
