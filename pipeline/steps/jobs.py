"""The job that a run's stage needs: started under its derived name, or kept out by a quota."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pipeline.errors import QuotaRefused
from pipeline.names import RunJobKind, job_name
from pipeline.ports import Services
from pipeline.run import QuotaWait, Run
from pipeline.steps.ledger import save
from pipeline.steps.progress import conclude


def start_job(run: Run, kind: RunJobKind, services: Services) -> Run:
    """The run with its job started, or waiting for SageMaker's quota."""
    try:
        services.jobs.start(kind, run)
    except QuotaRefused as refused:
        return _wait_for_quota(run, refused, services)
    name = job_name(services.settings, kind, run.id)
    if run.jobs.get(kind) == name and run.quota_wait is None:
        return run
    return save(run.with_job(kind, name), services, replacing=run)


def _wait_for_quota(run: Run, refused: QuotaRefused, services: Services) -> Run:
    now = services.clock.now()
    since = run.quota_wait.since if run.quota_wait else now
    hours = services.settings.quota_patience_hours
    if now - since >= timedelta(hours=hours):
        reason = (
            f"SageMaker refused {refused.job} for {hours} h ({refused.message}): raise the quota"
        )
        return conclude(run, "failed", reason, services)
    services.telemetry.log(
        "job waits for a quota", run=run.id, job=refused.job, reason=str(refused)
    )
    return save(replace(run, quota_wait=QuotaWait(since, refused.message)), services, replacing=run)
