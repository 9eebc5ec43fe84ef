"""The trials of a search, as a tuning job's list or the log of a preparation tells them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

BEGINS = re.compile(r"trial (?P<number>\d+) of \d+ begins: (?P<values>.*)")
ENDS = re.compile(
    r"trial (?P<number>\d+) of \d+ (?P<status>completed|stopped|failed):"
    r"( loss=(?P<loss>[0-9.eE+-]+))?"
)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Its loss is the best so far, None before the first."""

    number: int
    status: str
    loss: float | None
    hyperparameters: Mapping[str, str]

    @property
    def is_working(self) -> bool:
        return self.status in ("InProgress", "Stopping")


def trials_told(lines: Iterable[str]) -> tuple[Trial, ...]:
    """What a preparation that searches has printed of its trials, by their numbers."""
    found: dict[int, Trial] = {}
    for line in lines:
        if said := BEGINS.match(line):
            number = int(said["number"])
            values = dict(pair.split("=", 1) for pair in said["values"].split())
            found[number] = Trial(
                number=number, status="InProgress", loss=None, hyperparameters=values
            )
        elif (said := ENDS.match(line)) and int(said["number"]) in found:
            number = int(said["number"])
            loss = float(said["loss"]) if said["loss"] else None
            found[number] = replace(found[number], status=said["status"].capitalize(), loss=loss)
    return tuple(trial for _, trial in sorted(found.items()))
