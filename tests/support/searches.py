"""Searches over the features of a prepared data set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.training_jobs import BACKBONE
from training_code.search.in_job import search_features
from training_code.search.plan import SearchPlan
from training_code.search.records import TrialRecord

RANGES = {"lr": "0.001:0.1:log", "dropout": "0:0.5:linear", "batch-size": "8", "eps": "0.00000001"}


def plan(**given: str) -> SearchPlan:
    """As the preparation's arguments ask for it."""
    asked = {"search": "in_job", "backbone": BACKBONE, "trials": "4", "epochs": "3"}
    asked |= {f"range-{name}": text for name, text in RANGES.items()}
    asked |= {name.replace("_", "-"): text for name, text in given.items()}
    parsed = SearchPlan.parse([part for n, v in asked.items() for part in (f"--{n}", v)])
    assert parsed
    return parsed


@dataclass
class Searched:
    """What a search has left and said."""

    output: Path
    lines: list[str] = field(default_factory=list)

    def run(
        self, features: Path, *, is_over: Callable[[], bool] = lambda: False, **given: str
    ) -> TrialRecord:
        return search_features(
            plan(**given), features, self.output, is_over=is_over, say=self.lines.append
        )


def statuses(document: Any) -> list[str]:
    return [trial["status"] for trial in document["trials"]]
