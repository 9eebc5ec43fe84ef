"""What every step does with a run: load it, save it, start its job, tell who must know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from pipeline.errors import InputError, JobFailed, QuotaRefused, UnknownRun
from pipeline.events import JobEnded
from pipeline.names import JobKind, RunId, job_name
from pipeline.ports import CreateOperation, JobOutcome, Request, Services
from pipeline.run import ANNOUNCED, QuotaWait, Run, State


def find_run(run: RunId, services: Services) -> Run:
    """
    Raises:
        UnknownRun: no such run in the ledger.
    """
    found = services.runs.find(run)
    if found is None:
        raise UnknownRun(run)
    return found


def follow(
    event: JobEnded,
    services: Services,
    *,
    entering: State,
    learn: Callable[[Run], Run],
) -> Run | None:
    """The run of an ended job, in the state `entering` and saved with what `learn` adds.

    None where there is nothing left to do: the run is further on, or the job failed and has
    taken the run with it.
    """
    run = find_run(event.run, services)
    if event.status != "Completed":
        if run.awaits == event.kind:
            fail_with_job(run, event, services)
        return None
    following = run.advance_to(entering, at=services.clock.now())
    if following is None or following is run:
        return following
    try:
        return save(learn(following), services, replacing=run)
    except (InputError, JobFailed) as error:
        conclude(run, "failed", str(error), services)
        return None


def fail_with_job(run: Run, event: JobEnded, services: Services) -> None:
    """A job that did not complete ends its run: stopped if it was stopped, failed otherwise."""
    job = job_name(services.settings, event.kind, run.id)
    # The event may lack the sentence in which our own code says what is wrong, and does not tell
    # a job stopped by hand from one that ran out of time.
    outcome = services.jobs.outcome(event.kind, job) or JobOutcome(None)
    status = outcome.status or event.status
    reason = outcome.reason or event.reason or "no reason given"
    state: State = "stopped" if status == "Stopped" else "failed"
    conclude(run, state, f"{job} {status.lower()}: {reason}", services)


def conclude(run: Run, state: State, reason: str, services: Services) -> Run:
    """The run ended with a reason, and told; as it is if it had ended already."""
    ended = run.end(state, reason=reason, at=services.clock.now())
    return announce(save(ended, services, replacing=run), services) if ended else run


def save(run: Run, services: Services, *, replacing: Run) -> Run:
    saved = services.runs.save(run, replacing=replacing)
    if run.state != replacing.state:
        log_state(saved, services)
    return saved


def log_state(run: Run, services: Services) -> None:
    services.telemetry.log(f"run is {run.state}", run=run.id, state=run.state, reason=run.reason)
    services.telemetry.count(f"Runs{run.state.capitalize()}")


def start_job(
    run: Run, kind: JobKind, operation: CreateOperation, request: Request, services: Services
) -> Run:
    """The run with its job created under the derived name, or waiting for SageMaker's quota."""
    name = job_name(services.settings, kind, run.id)
    try:
        services.jobs.create(operation, request)
    except QuotaRefused as refused:
        return _wait(run, refused, services)
    if run.jobs.get(kind) == name and run.quota_wait is None:
        return run
    return save(run.with_job(kind, name), services, replacing=run)


def announce(run: Run, services: Services) -> Run:
    """Tells once of each state that matters; told twice if the telling could not be noted."""
    if run.state not in ANNOUNCED or run.announced == run.state:
        return run
    services.notices.publish(_subject(run), _notice(run, services))
    return save(replace(run, announced=run.state), services, replacing=run)


def _wait(run: Run, refused: QuotaRefused, services: Services) -> Run:
    now = services.clock.now()
    since = run.quota_wait.since if run.quota_wait else now
    if now - since >= timedelta(hours=services.settings.quota_patience_hours):
        hours = services.settings.quota_patience_hours
        reason = (
            f"SageMaker refused {refused.job} for {hours} h ({refused.message}): raise the quota"
        )
        return conclude(run, "failed", reason, services)
    services.telemetry.log(
        "job waits for a quota", run=run.id, job=refused.job, reason=str(refused)
    )
    return save(replace(run, quota_wait=QuotaWait(since, refused.message)), services, replacing=run)


def _subject(run: Run) -> str:
    state = "accepted" if run.state == "preparing" else run.state
    return f"Kennel: {run.upload.key} is {state}"


def _notice(run: Run, services: Services) -> dict[str, object]:
    return {
        "run": run.id,
        "state": run.state,
        "reason": run.reason,
        "dataset": run.upload.key,
        "metrics": dict(run.metrics),
        "reports": f"s3://{services.settings.bucket}/runs/{run.id}/",
    }
