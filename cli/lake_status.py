"""How a run over what lies in S3 stands: its state, images answered, hours and dollars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cli.lake_jobs import LakeJob
from cli.lake_records import LakeRecord
from pipeline.lakes import PART_IMAGES, bill
from pipeline.ports import Objects
from pipeline.steps.parts import OUTPUT

STATES = {
    "InProgress": "predicting",
    "Stopping": "stopping",
    "Stopped": "stopped",
    "Failed": "failed",
}


@dataclass(frozen=True, kw_only=True)
class LakeStatus:
    """`answered` counts by whole parts until the end."""

    record: LakeRecord
    state: str
    reason: str | None
    answered: int
    instance_hours: float
    dollars: float | None
    jobs: Sequence[str]

    def as_json(self) -> Mapping[str, Any]:
        record = self.record
        return {
            "lake": record.lake.name,
            "state": self.state,
            "reason": self.reason,
            "source": str(record.lake.source),
            "to": str(record.lake.to) if record.lake.to else None,
            "format": record.lake.form,
            "model": {
                "run": record.champion.run,
                "version": record.champion.version,
                "digest": record.champion.digest,
            },
            "images": {"total": record.images, "answered": self.answered},
            "outcomes": record.end.outcomes if record.end else {},
            "estimate": {"instance_hours": record.instance_hours, "dollars": record.dollars},
            "spent": {"instance_hours": self.instance_hours, "dollars": self.dollars},
            "jobs": list(self.jobs),
            "began": record.began.isoformat(),
            "ended": record.end.at.isoformat() if record.end else None,
        }


def status_of(record: LakeRecord, jobs: Sequence[LakeJob], own: Objects) -> LakeStatus:
    """`jobs` are all that there have been, and are not looked at once it has ended."""
    if record.end:
        return _ended(record)
    hours = sum(job.instance_hours(datetime.now(UTC)) for job in jobs)
    answered = min(record.images, PART_IMAGES * len(_answered_parts(record, own)))
    newest = jobs[-1] if jobs else None
    return LakeStatus(
        record=record,
        # A job may have completed, while nobody was there to write its last rows.
        state=STATES.get(newest.status, "unfinished") if newest else "unfinished",
        reason=newest.reason if newest else None,
        answered=answered,
        instance_hours=round(hours, 4),
        dollars=bill(hours, answered, record.hour_price),
        jobs=[job.name for job in jobs],
    )


def _ended(record: LakeRecord) -> LakeStatus:
    end = record.end
    assert end is not None
    return LakeStatus(
        record=record,
        state="expired" if end.has_expired else "done",
        reason="its state has expired before it was whole" if end.has_expired else None,
        answered=sum(end.outcomes.values()),
        instance_hours=end.instance_hours,
        dollars=end.dollars,
        jobs=[],
    )


def _answered_parts(record: LakeRecord, own: Objects) -> set[str]:
    """Settled, or at least told by a job."""
    keys = own.list(record.lake.key("settled/"))
    told = own.list(record.lake.key("attempts/"))
    found = [*keys, *(key for key in told if key.endswith(OUTPUT))]
    return {key.rpartition("/")[2].partition(".")[0] for key in found}
