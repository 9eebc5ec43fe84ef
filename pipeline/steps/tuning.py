"""The preparation has ended: tune a head on its features."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

from pipeline.errors import JobFailed
from pipeline.events import PreparationEnded
from pipeline.names import run_key
from pipeline.ports import ObjectVanished, Services
from pipeline.run import Dataset, Run
from pipeline.steps.dataset import REPORT, told
from pipeline.steps.jobs import start_job
from pipeline.steps.progress import follow


class _Prepared(TypedDict):
    """What a run takes from the preparation's report."""

    counts: Mapping[str, int]
    digest: str
    warnings: Sequence[str]


class _Splits(TypedDict):
    """What a run takes from the preparation's splits."""

    classes: Sequence[str]


def start_tuning(event: PreparationEnded, services: Services) -> None:
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


def _with_preparation(run: Run, services: Services) -> Run:
    """What decoding every image has shown, on the run and in its data set report."""
    prepared: _Prepared = json.loads(_read(run, "preparation/report.json", services))
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


def _read(run: Run, name: str, services: Services) -> bytes:
    try:
        return services.objects.read(run_key(run.id, name))
    except ObjectVanished as error:
        job = run.jobs.get("preparation", "the preparation")
        raise JobFailed(job, f"{job} has completed without writing {name}") from error
