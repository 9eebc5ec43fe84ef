"""A run as the HTTP API tells it, and how its sentences read. Knows no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.findings import Finding
from pipeline.run import WORKING

SPLITS = ("train", "valid", "test")


@dataclass(frozen=True)
class Moment:
    state: str
    time: datetime


@dataclass(frozen=True)
class QuotaWait:
    """A job that a quota, want of instances or a missing right keeps out, and since when."""

    since: datetime
    reason: str

    def sentence(self) -> str:
        since = f"{self.since:%Y-%m-%d %H:%M} UTC"
        return f"waits since {since}, as SageMaker does not take its job: {self.reason}"


@dataclass(frozen=True)
class BestTrial:
    """The trial whose values the training took, and its validation loss."""

    job: str
    objective: float


@dataclass(frozen=True, kw_only=True)
class RunStatus:
    """What a person wants to know of a run."""

    run: str
    state: str
    reason: str | None
    quota_wait: QuotaWait | None
    dataset: str
    classes: tuple[str, ...]
    counts: Mapping[str, int]
    warnings: tuple[str, ...]
    settings: Mapping[str, Any]  # as the API tells them, some nested
    jobs: Mapping[str, str]
    metrics: Mapping[str, float]
    findings: tuple[str, ...]  # of the rules that watched its training
    hyperparameters: Mapping[str, str]
    best_trial: BestTrial | None
    version: int | None
    digest: str | None
    artifact: str | None
    reports: Mapping[str, str]
    timeline: tuple[Moment, ...]

    @property
    def is_working(self) -> bool:
        return self.state in WORKING

    @property
    def searches_in_job(self) -> bool:
        """Whether the preparation makes the search, and no tuning follows it."""
        return self.settings.get("search") == "in_job"

    @property
    def ended_well(self) -> bool:
        """It serves, or it did until a newer one took over."""
        return self.state in ("serving", "superseded")

    @property
    def began(self) -> datetime:
        return self.timeline[0].time

    def seconds_in(self, state: str, now: datetime) -> float | None:
        """How long the run has been, or was, in a state; None if it never was."""
        times = [moment.time for moment in self.timeline]
        for place, moment in enumerate(self.timeline):
            if moment.state == state:
                following = times[place + 1] if place + 1 < len(times) else now
                return (following - moment.time).total_seconds()
        return None


def parse_run(answer: Mapping[str, Any]) -> RunStatus:
    """A key that the API promises and does not send raises."""
    dataset, model, wait = answer["dataset"], answer["model"] or {}, answer["quota_wait"]
    best = answer["best_trial"]
    return RunStatus(
        run=answer["run"],
        state=answer["state"],
        reason=answer["reason"],
        quota_wait=QuotaWait(_time(wait["since"]), wait["reason"]) if wait else None,
        dataset=dataset["key"],
        classes=tuple(dataset["classes"]),
        counts=dataset["counts"],
        warnings=tuple(dataset["warnings"]),
        settings=answer["settings"],
        jobs=answer["jobs"],
        metrics=answer["metrics"],
        findings=tuple(str(Finding(**found)) for found in answer["findings"]),
        hyperparameters=answer["hyperparameters"],
        best_trial=BestTrial(best["job"], best["objective"]) if best else None,
        version=model.get("version"),
        digest=model.get("digest"),
        artifact=model.get("artifact"),
        reports=answer["reports"],
        timeline=tuple(Moment(row["state"], _time(row["time"])) for row in answer["timeline"]),
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


def span(seconds: float) -> str:
    """12 s, 3 min 05 s, 2 h 10 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def counted(counts: Mapping[str, int]) -> str:
    """160 train, 20 valid, 20 test."""
    known = [split for split in SPLITS if split in counts]
    others = sorted(set(counts) - set(SPLITS))
    return ", ".join(f"{counts[split]} {split}" for split in [*known, *others])


def many(number: int, noun: str) -> str:
    """1 image, 2 images, 2 classes."""
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"
