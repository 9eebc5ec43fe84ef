"""The verdicts as a document: SageMaker's DebugRuleEvaluationStatuses, with step and numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

SCHEMA: Final = "kennel.rules/1"
FILE: Final = "rules.json"

Outcome = Literal["NoIssuesFound", "IssuesFound", "Error", "NotEvaluated"]


@dataclass(frozen=True, kw_only=True)
class Status:
    """What is known of a rule."""

    rule: str
    outcome: Outcome
    details: str
    at: datetime  # UTC
    step: int = 0
    numbers: Mapping[str, float] = field(default_factory=dict)
    stopped_job: bool = False

    def document(self) -> dict[str, object]:
        return {
            "RuleConfigurationName": self.rule,
            "RuleEvaluationStatus": self.outcome,
            "StatusDetails": self.details,
            "LastModifiedTime": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "step": self.step,
            "numbers": {n: _short(v) for n, v in self.numbers.items() if math.isfinite(v)},
            "stopped_job": self.stopped_job,
        }


def _short(value: float) -> float:
    return value if isinstance(value, int) else float(f"{value:.6g}")


def write_statuses(statuses: Iterable[Status], folder: Path) -> None:
    """Whole whenever somebody looks."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {"schema": SCHEMA, "statuses": [status.document() for status in statuses]}
    unfinished = folder / f"{FILE}.unfinished"
    unfinished.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    unfinished.replace(folder / FILE)
