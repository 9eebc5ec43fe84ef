"""A job that finds no room at SageMaker waits, in whichever way SageMaker says so, and then fails.

Either the call that creates it is refused: the same call is made again. Or the job is created and
fails for it, as a tuning whose trials meet the quota: the next attempt has a name of its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.errors import QuotaRefused
from pipeline.names import LAST_ATTEMPT, JobKind
from pipeline.ports import Services
from pipeline.run import QuotaWait, Retry, Run
from pipeline.steps.ledger import change_run
from pipeline.steps.notices import announce


def wait_for_room(run: Run, refused: QuotaRefused, services: Services) -> Run:
    """The run of a job that was not created; failed when the patience is at its end."""
    now = services.clock.now()

    def waiting(found: Run) -> Run | None:
        if not found.waits_as(run):
            return None
        since = found.quota_wait.since if found.quota_wait else now
        if now - since >= _patience(services):
            return found.end("failed", reason=_impatience(refused, services), at=now)
        return replace(found, quota_wait=QuotaWait(since, refused.message))

    return _told(change_run(run.id, waiting, services), refused, services)


def try_again_later(run: Run, kind: JobKind, refused: QuotaRefused, services: Services) -> Run:
    """The run of a job that was created and found no room; failed when the patience is at its end.

    What the job's end says again changes nothing: it is of an earlier attempt then.
    """
    now = services.clock.now()

    def waiting(found: Run) -> Run | None:
        if not found.waits_as(run):
            return None
        before = found.retries.get(kind)
        since = before.since if before else now
        attempt = found.attempt(kind) + 1
        if now - since >= _patience(services) or attempt > LAST_ATTEMPT:
            return found.end("failed", reason=_impatience(refused, services), at=now)
        delay = timedelta(minutes=services.settings.quota_delay_minutes)
        retry = Retry(attempt=attempt, since=since, due=now + delay * 2 ** (attempt - 1))
        return found.to_try_again(kind, retry, reason=refused.message)

    return _told(change_run(run.id, waiting, services), refused, services)


def is_due(run: Run, kind: JobKind, now: datetime) -> bool:
    """Whether the kind's next attempt, if there is to be one, may be made."""
    return kind in run.jobs or kind not in run.retries or now >= run.retries[kind].due


def _impatience(refused: QuotaRefused, services: Services) -> str:
    hours = services.settings.quota_patience_hours
    return f"SageMaker refused {refused.job} for {hours} h ({refused.message}): raise the quota"


def _patience(services: Services) -> timedelta:
    return timedelta(hours=services.settings.quota_patience_hours)


def _told(run: Run, refused: QuotaRefused, services: Services) -> Run:
    services.telemetry.log(
        "job waits for a quota", run=run.id, job=refused.job, reason=str(refused)
    )
    return announce(run, services)
