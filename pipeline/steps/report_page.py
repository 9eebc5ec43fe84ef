"""The report of a run becomes whole when its model is judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from pipeline.evaluation import Evaluation
from pipeline.names import (
    REPORT_PAGE,
    TRAINING_REPORTS,
    TRIALS,
    RunJobKind,
    run_key,
)
from pipeline.ports import ObjectVanished, Services
from pipeline.report_ending import BARE_PAGE, JobTime, report_ending
from pipeline.run import Run
from pipeline.steps.reports import HTML

TIMED: tuple[RunJobKind, ...] = ("preparation", "tuning", "training", "evaluation")


def complete_report(run: Run, evaluation: Evaluation, services: Services) -> None:
    """Writes `report.html`: the training's page, and behind it what is known only now."""
    try:
        page = services.objects.read(run_key(run.id, f"{TRAINING_REPORTS}{REPORT_PAGE}"))
    except ObjectVanished:
        page = BARE_PAGE
    ending = report_ending(evaluation, list(_job_times(run, services)), asdict(run.settings))
    services.objects.write(run_key(run.id, REPORT_PAGE), page + ending, content_type=HTML)


def _job_times(run: Run, services: Services) -> Iterator[JobTime]:
    settings = services.settings
    instances = {
        "preparation": settings.preparation_instance,
        "tuning": settings.tuning_instance,
        "training": settings.training_instance,
        "evaluation": settings.transform_instance,
    }
    for kind in TIMED:
        if kind in run.jobs:
            name = run.jobs[kind]
            yield JobTime(kind, name, instances[kind], _seconds(kind, name, run, services))


def _seconds(kind: RunJobKind, name: str, run: Run, services: Services) -> float | None:
    if kind == "tuning":
        return _trials_seconds(run, services)
    outcome = services.jobs.outcome(kind, name)
    return outcome.seconds if outcome else None


def _trials_seconds(run: Run, services: Services) -> float | None:
    """Of all trials together: the tuning itself is not paid for."""
    try:
        document = json.loads(services.objects.read(run_key(run.id, TRIALS)))
    except ObjectVanished:
        return None
    return sum(float(trial["seconds"]) for trial in document["trials"])
