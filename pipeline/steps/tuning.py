"""The preparation has ended: tune a head on its features."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from pipeline.aws.job_requests.tuning import tuning_request
from pipeline.errors import JobFailed
from pipeline.events import PreparationEnded
from pipeline.names import run_key
from pipeline.ports import ObjectVanished, Services
from pipeline.run import Dataset, Run
from pipeline.steps.dataset import REPORT
from pipeline.steps.progress import follow, start_job


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
    request = tuning_request(run, services.settings)
    return start_job(run, "tuning", "create_hyper_parameter_tuning_job", request, services)


def _with_preparation(run: Run, services: Services) -> Run:
    """What decoding every image has shown, on the run and in its data set report."""
    prepared = _read(run, "preparation/report.json", services)
    splits = _read(run, "preparation/splits.json", services)
    report = _read(run, REPORT, services) | {"preparation": prepared}
    body = json.dumps(report, ensure_ascii=False, indent=1).encode()
    services.objects.write(run_key(run.id, REPORT), body)
    dataset = Dataset(
        classes=tuple(splits["classes"]), counts=prepared["counts"], digest=prepared["digest"]
    )
    return replace(run, dataset=dataset)


def _read(run: Run, name: str, services: Services) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(services.objects.read(run_key(run.id, name)))
    except ObjectVanished as error:
        job = run.jobs.get("preparation", "the processing job")
        raise JobFailed(job, f"{job} has completed without writing {name}") from error
    return content
