"""How far a job is with what it counts, and how long the rest will take. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cli.job_logs import LogLine

# What the jobs print of work that takes long: `prepare 448/469 images`, `train 12/209 batches`.
COUNTED = re.compile(r"^(?P<work>[a-z][a-z ]*?) (?P<done>\d+)/(?P<total>\d+) (?P<unit>[a-z]+)$")
LEAST_SECONDS = 2.0  # before that, a rate is a guess


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The work that a job has counted last, since its first line."""

    work: str
    unit: str
    done: int
    total: int
    first: int  # done when it was first told of
    began: datetime  # when that was
    at: datetime

    @property
    def share(self) -> float:
        return self.done / self.total if self.total else 1.0

    def seconds_left(self, now: datetime) -> float | None:
        """At the pace until now; None as long as that is a guess."""
        seconds, done = (self.at - self.began).total_seconds(), self.done - self.first
        if seconds < LEAST_SECONDS or not done:
            return None
        left = (self.total - self.done) * seconds / done
        return max(0.0, left - (now - self.at).total_seconds())


def pace_of(lines: Iterable[LogLine], before: Pace | None = None) -> Pace | None:
    """The latest count of the lines that came after those of `before`."""
    pace = before
    for line in lines:
        found = COUNTED.match(line.text.strip())
        if not found:
            continue
        done, total = int(found["done"]), int(found["total"])
        if pace is None or pace.work != found["work"] or done < pace.done:
            pace = Pace(
                work=found["work"],
                unit=found["unit"],
                done=done,
                total=total,
                first=done,
                began=line.time,
                at=line.time,
            )
        else:
            pace = replace(pace, done=done, total=total, at=line.time)
    return pace
