"""A job that was let in and failed by no fault of the run is tried again, under another name.

SageMaker takes no name twice: the number of the attempt is in the name. What an earlier attempt
says again, or late, changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.errors import QuotaRefused
from pipeline.names import LAST_ATTEMPT, JobKind
from pipeline.ports import Services
from pipeline.run import Retry, Run
from pipeline.steps.ledger import change_run
from pipeline.steps.notices import announce
from pipeline.steps.quota import impatience, log_wait, patience


def try_again_later(run: Run, kind: JobKind, refused: QuotaRefused, services: Services) -> Run:
    """The run of a job that found no room; failed when the patience is at its end."""
    now = services.clock.now()

    def waiting(found: Run) -> Run | None:
        if not found.waits_as(run):
            return None
        retry = _next(found, kind, now, services)
        if now - retry.since >= patience(services) or retry.attempt > LAST_ATTEMPT:
            return found.end("failed", reason=impatience(refused, services), at=now)
        return found.to_try_again(kind, retry, reason=refused.message)

    log_wait(run, refused, services)
    return announce(change_run(run.id, waiting, services), services)


def try_again_after_fault(run: Run, kind: JobKind, reason: str, services: Services) -> Run:
    """The run of a job that failed; failed itself when `job_attempts` have."""
    now = services.clock.now()
    job = run.job_name(kind, services.settings)

    def waiting(found: Run) -> Run | None:
        if not found.waits_as(run):
            return None
        retry = _next(found, kind, now, services, fault=1)
        if retry.faults >= services.settings.job_attempts or retry.attempt > LAST_ATTEMPT:
            tried = f", as it did {retry.faults} times" if retry.faults > 1 else ""
            return found.end("failed", reason=f"{job} failed{tried}: {reason}", at=now)
        return found.to_try_again(kind, retry, reason=reason)

    services.telemetry.log("job is tried again", run=run.id, job=job, reason=reason)
    return announce(change_run(run.id, waiting, services), services)


def is_due(run: Run, kind: JobKind, now: datetime) -> bool:
    """Whether the kind's next attempt, if there is to be one, may be made."""
    return kind in run.jobs or kind not in run.retries or now >= run.retries[kind].due


def _next(run: Run, kind: JobKind, now: datetime, services: Services, *, fault: int = 0) -> Retry:
    """Each further attempt comes twice as late as the one before."""
    before = run.retries.get(kind)
    attempt = run.attempt(kind) + 1
    delay = timedelta(minutes=services.settings.quota_delay_minutes)
    return Retry(
        attempt=attempt,
        since=before.since if before else now,
        due=now + delay * 2 ** (attempt - 1),
        faults=(before.faults if before else 0) + fault,
    )
