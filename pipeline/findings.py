"""What the rules that watched a training have found, as its rules.json tells. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.quoting import sentence

RULES_REPORT: Final = "rules.json"
MOST: Final = 30  # more than there are rules


@dataclass(frozen=True)
class Finding:
    """A rule that found an issue, at which training step, and whether it ended the job."""

    rule: str
    step: int
    details: str
    stopped_job: bool = False

    def __str__(self) -> str:
        ending = " (ended the training)" if self.stopped_job else ""
        return f"{self.rule}{ending}: {self.details}"


def findings_in(body: bytes) -> Sequence[Finding]:
    """In the rules' order.

    Raises:
        ValueError: it is not what a training writes.
    """
    try:
        statuses = json.loads(body)["statuses"]
        found = [one for one in statuses if one["RuleEvaluationStatus"] == "IssuesFound"]
        return [
            Finding(
                rule=str(one["RuleConfigurationName"]),
                step=int(one["step"]),
                details=sentence(str(one["StatusDetails"])),
                stopped_job=bool(one["stopped_job"]),
            )
            for one in found[:MOST]
        ]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{RULES_REPORT} lacks {error}") from error
