"""A run on its way: on to the next state when its job has ended, or to its end."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.errors import InputError, JobFailed, QuotaRefused
from pipeline.events import JobEnded
from pipeline.ports import JobOutcome, Services
from pipeline.run import Run, State
from pipeline.steps.attempts import try_again_after_fault, try_again_later
from pipeline.steps.conclusion import conclude
from pipeline.steps.ledger import change_run, find_run
from pipeline.steps.notices import announce

# How SageMaker's reasons begin that blame a job's inputs: they would be the same again.
BY_WHAT_WAS_GIVEN = "ClientError:"


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
    if event.status != "Completed":
        run = find_run(event.run, services)
        if run.is_about(event.kind, event.attempt):
            fail_with_job(run, event, services)
        return None

    def following(found: Run) -> Run | None:
        now = services.clock.now()
        entered = found.advance_to(entering, at=now)
        if entered is None or entered is found:
            return None
        try:
            return learn(entered)
        except (InputError, JobFailed) as error:
            return found.end("failed", reason=str(error), at=now)

    run = announce(change_run(event.run, following, services), services)
    return run if run.state == entering else None


def fail_with_job(run: Run, event: JobEnded, services: Services) -> None:
    """A job that did not complete ends its run: stopped if it was stopped, failed otherwise.

    One that found no room at SageMaker, or failed by SageMaker's own fault, is tried again. So is
    an evaluation that failed by its container's: that says nothing yet about the model, whose
    training may have taken hours, and costs some minutes. What it was given stays as it is.
    """
    job = run.job_name(event.kind, services.settings)
    # The event may lack the sentence in which our own code says what is wrong, and does not tell
    # a job stopped by hand from one that ran out of time.
    outcome = services.jobs.outcome(event.kind, job) or JobOutcome(None)
    status = outcome.status or event.status
    reason = outcome.reason or event.reason or "no reason given"
    if outcome.found_no_room and run.is_working:
        try_again_later(run, event.kind, QuotaRefused(job, reason), services)
        return
    by_container = event.kind == "evaluation" and not reason.startswith(BY_WHAT_WAS_GIVEN)
    repeatable = outcome.service_failed or by_container
    if repeatable and status == "Failed" and run.is_working:
        try_again_after_fault(run, event.kind, reason, services)
        return
    state: State = "stopped" if status == "Stopped" else "failed"
    conclude(run, state, f"{job} {status.lower()}: {reason}", services)
