"""The preparation has ended: a tuning job searches on its features, or it has searched itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

from pipeline.errors import JobFailed
from pipeline.events import PreparationEnded
from pipeline.names import PREPARATION_REPORT, TRIALS, run_key
from pipeline.ports import ObjectVanished, Services
from pipeline.run import Dataset, Run, Trial
from pipeline.steps.dataset import REPORT, told
from pipeline.steps.jobs import start_job
from pipeline.steps.ledger import find_run
from pipeline.steps.progress import follow
from pipeline.steps.training import create_training


class _Prepared(TypedDict):
    """What a run takes from the preparation's report."""

    counts: Mapping[str, int]
    digest: str
    warnings: Sequence[str]


class _Splits(TypedDict):
    """What a run takes from the preparation's splits."""

    classes: Sequence[str]


class _Trial(TypedDict):
    name: str
    objective: float
    values: Mapping[str, str]


class _Search(TypedDict):
    """What a run takes from the records of a search."""

    best: str
    trials: Sequence[_Trial]


def finish_preparation(event: PreparationEnded, services: Services) -> None:
    if find_run(event.run, services).after_preparation == "training":
        _train_with_what_it_found(event, services)
        return
    run = follow(
        event,
        services,
        entering="tuning",
        learn=lambda run: _with_preparation(run, services),
    )
    if run:
        create_tuning(run, services)


def create_tuning(run: Run, services: Services) -> Run:
    return start_job(run, "tuning", services)


def _train_with_what_it_found(event: PreparationEnded, services: Services) -> None:
    run = follow(
        event,
        services,
        entering="training",
        learn=lambda run: _with_search(_with_preparation(run, services), services),
    )
    if run:
        create_training(run, services)


def _with_preparation(run: Run, services: Services) -> Run:
    """What decoding every image has shown, on the run and in its data set report."""
    prepared: _Prepared = json.loads(_read(run, PREPARATION_REPORT, services))
    splits: _Splits = json.loads(_read(run, "preparation/splits.json", services))
    report = json.loads(_read(run, REPORT, services)) | {"preparation": prepared}
    body = json.dumps(report, ensure_ascii=False, indent=1).encode()
    services.objects.write(run_key(run.id, REPORT), body)
    dataset = Dataset(
        classes=tuple(splits["classes"]),
        counts=prepared["counts"],
        digest=prepared["digest"],
        warnings=told((*run.dataset.warnings, *prepared["warnings"])),
    )
    return replace(run, dataset=dataset)


def _with_search(run: Run, services: Services) -> Run:
    """The best trial of the preparation's own search."""
    search: _Search = json.loads(_read(run, TRIALS, services))
    best = next(trial for trial in search["trials"] if trial["name"] == search["best"])
    trial = Trial(best["name"], best["objective"])
    return replace(run, hyperparameters=best["values"], best_trial=trial)


def _read(run: Run, name: str, services: Services) -> bytes:
    try:
        return services.objects.read(run_key(run.id, name))
    except ObjectVanished as error:
        job = run.jobs.get("preparation", "the preparation")
        raise JobFailed(job, f"{job} has completed without writing {name}") from error
