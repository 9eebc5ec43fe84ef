"""A job that SageMaker does not take now, for its quota or a permission, waits, and then fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pipeline.errors import QuotaRefused
from pipeline.ports import Services
from pipeline.run import QuotaWait, Run
from pipeline.steps.ledger import change_run
from pipeline.steps.notices import announce


def wait_for_room(run: Run, refused: QuotaRefused, services: Services) -> Run:
    """The run of a job that was not created; failed when the patience is at its end."""
    now = services.clock.now()

    def waiting(found: Run) -> Run | None:
        if not found.waits_as(run):
            return None
        since = found.quota_wait.since if found.quota_wait else now
        if now - since >= patience(services):
            return found.end("failed", reason=impatience(refused, services), at=now)
        return replace(found, quota_wait=QuotaWait(since, refused.message))

    log_wait(run, refused, services)
    return announce(change_run(run.id, waiting, services), services)


def patience(services: Services) -> timedelta:
    return timedelta(hours=services.settings.quota_patience_hours)


def impatience(refused: QuotaRefused, services: Services) -> str:
    hours = services.settings.quota_patience_hours
    return f"SageMaker refused {refused.job} for {hours} h ({refused.message}): {refused.remedy}"


def log_wait(run: Run, refused: QuotaRefused, services: Services) -> None:
    services.telemetry.log(
        "job waits for a quota", run=run.id, job=refused.job, reason=str(refused)
    )
