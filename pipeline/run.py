"""A run: its states, which transition is legal, and what is known of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from pipeline.events import DatasetUploaded
from pipeline.findings import Finding
from pipeline.names import JobKind, RunId, job_name
from pipeline.quoting import sentence
from pipeline.run_settings import RunSettings
from pipeline.settings import Settings

State = Literal[
    "preparing",
    "tuning",
    "training",
    "evaluating",
    "serving",
    "superseded",
    "declined",
    "rejected",
    "failed",
    "stopped",
]

WORKING: tuple[State, ...] = ("preparing", "tuning", "training", "evaluating")
FOLLOWERS: Mapping[State, frozenset[State]] = {
    "preparing": frozenset({"tuning", "training"}),  # which of them, the run's search says
    "tuning": frozenset({"training"}),
    "training": frozenset({"evaluating"}),
    "evaluating": frozenset({"serving", "declined"}),
    "serving": frozenset({"superseded"}),
}
# The job that a working state waits for.
JOB_KINDS: Mapping[State, JobKind] = {
    "preparing": "preparation",
    "tuning": "tuning",
    "training": "training",
    "evaluating": "evaluation",
}
# The states that somebody is told of.
ANNOUNCED: frozenset[State] = frozenset(
    {"preparing", "serving", "declined", "rejected", "failed", "stopped"}
)


@dataclass(frozen=True)
class Moment:
    """A state and when it began."""

    state: State
    time: datetime


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """What is known of the labelled images: first from the gate, then from the preparation."""

    classes: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    digest: str | None = None
    warnings: tuple[str, ...] = ()  # sentences that its owner should read


@dataclass(frozen=True, kw_only=True)
class Model:
    """The artifact of a run, and the number under which it served, if it did."""

    artifact: str
    digest: str | None = None
    version: int | None = None


@dataclass(frozen=True)
class Trial:
    """The tuning's job whose values the training took, and the validation loss that it reached."""

    job: str
    objective: float


@dataclass(frozen=True)
class QuotaWait:
    """A job that SageMaker's quota does not let in, and since when."""

    since: datetime
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", sentence(self.reason))


@dataclass(frozen=True, kw_only=True)
class Retry:
    """A job that was let in and then failed by no fault of the run: its next attempt, and when."""

    attempt: int
    since: datetime
    due: datetime
    faults: int = 0  # failures that were not for want of room


@dataclass(frozen=True, kw_only=True)
class Run:
    """One data set on its way to a serving model."""

    id: RunId
    upload: DatasetUploaded
    settings: RunSettings
    source: str
    timeline: tuple[Moment, ...]
    reason: str | None = None
    dataset: Dataset = Dataset()
    weights: tuple[str, ...] = ()  # own ones in the bucket, by their keys
    jobs: Mapping[str, str] = field(default_factory=dict)
    hyperparameters: Mapping[str, str] = field(default_factory=dict)
    best_trial: Trial | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    model: Model | None = None
    quota_wait: QuotaWait | None = None
    retries: Mapping[str, Retry] = field(default_factory=dict)
    told: int = 0  # so many moments of the timeline need no telling any more
    undelivered: State | None = None
    revision: int = 0

    def __post_init__(self) -> None:
        # Whatever wrote the reason, a job's own code included: an item of the ledger has an end.
        if self.reason is not None:
            object.__setattr__(self, "reason", sentence(self.reason))

    @property
    def state(self) -> State:
        return self.timeline[-1].state

    @property
    def uploaded(self) -> datetime:
        """Which of two runs is the newer is said by their zips, not by when they were heard of."""
        return self.upload.time or self.timeline[0].time

    @property
    def backbone(self) -> str:
        """The one that is trained with: the search's choice where there are several."""
        return self.hyperparameters.get("backbone", self.settings.backbones[0])

    @property
    def awaits(self) -> JobKind | None:
        """The kind of job whose end moves the run on: a redriven event counts as the first one."""
        return JOB_KINDS.get(self.undelivered or self.state)

    @property
    def after_preparation(self) -> State:
        """Where the search has been made in the preparation, no tuning job follows."""
        return "training" if self.settings.search == "in_job" else "tuning"

    @property
    def employs(self) -> JobKind | None:
        """The kind of job that may work for it: of an ended run that of its last working state."""
        return next(
            (JOB_KINDS[m.state] for m in reversed(self.timeline) if m.state in WORKING), None
        )

    @property
    def is_working(self) -> bool:
        return self.state in WORKING

    @property
    def untold(self) -> tuple[Moment, ...]:
        """The announced states that nobody has been told of: it may have left them since."""
        return tuple(moment for moment in self.timeline[self.told :] if moment.state in ANNOUNCED)

    def advance_to(self, state: State, *, at: datetime) -> Run | None:
        """The run in `state`: itself if already there, None if it is further on or has ended.

        A run that failed only because an event could not be delivered goes on from the state
        that it was in, so that a redriven event has an effect.
        """
        if self.state == state:
            return self
        current = self.undelivered or self.state
        if state not in FOLLOWERS.get(current, frozenset()):
            return None
        if current == "preparing" and state != self.after_preparation:
            return None
        return self._entering(state, at=at, reason=None)

    def end(self, state: State, *, reason: str, at: datetime) -> Run | None:
        """The run ended as failed, stopped or declined; None if nothing works for it any more."""
        goes_on = self.is_working or self.undelivered
        return self._entering(state, at=at, reason=reason) if goes_on else None

    def fail_undelivered(self, *, reason: str, at: datetime) -> Run | None:
        """Failed because an event was lost: remembers where a redriven event goes on."""
        if not self.is_working:
            return None
        return replace(self._entering("failed", at=at, reason=reason), undelivered=self.state)

    def superseded(self, *, at: datetime) -> Run:
        """A newer model serves instead of this one."""
        return self._entering("superseded", at=at, reason=None)

    def having_told(self, moments: int) -> Run:
        return replace(self, told=max(self.told, moments))

    def waits_as(self, other: Run) -> bool:
        """Whether it still waits for the same attempt of the same job as it did then."""
        kind = other.awaits
        return kind is not None and self.is_about(kind, other.attempt(kind))

    def is_about(self, kind: JobKind, attempt: int) -> bool:
        """Whether the end of this attempt is awaited; what came of an earlier one is known."""
        return self.awaits == kind and self.attempt(kind) == attempt

    def attempt(self, kind: JobKind) -> int:
        """Of the kind's job: 0 is the first."""
        return self.retries[kind].attempt if kind in self.retries else 0

    def job_name(self, kind: JobKind, settings: Settings) -> str:
        """Of the latest attempt."""
        return job_name(settings, kind, self.id, self.attempt(kind))

    def to_try_again(self, kind: JobKind, retry: Retry, *, reason: str) -> Run:
        """Waiting for its next attempt; the job that failed is no job of it any more."""
        return replace(
            self,
            jobs={known: name for known, name in self.jobs.items() if known != kind},
            retries={**self.retries, kind: retry},
            quota_wait=QuotaWait(retry.since, reason),
        )

    def with_job(self, kind: str, name: str) -> Run:
        return replace(self, jobs={**self.jobs, kind: name}, quota_wait=None)

    def _entering(self, state: State, *, at: datetime, reason: str | None) -> Run:
        return replace(
            self,
            timeline=(*self.timeline, Moment(state, at)),
            reason=reason,
            quota_wait=None,
            undelivered=None,
        )
