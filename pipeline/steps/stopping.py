"""A person stops a run."""

from __future__ import annotations

from pipeline.errors import RunEnded
from pipeline.names import RunId
from pipeline.ports import Services
from pipeline.run import Run
from pipeline.steps.jobs import stop_job
from pipeline.steps.ledger import change_run, find_run
from pipeline.steps.notices import announce


def stop_run(run_id: RunId, services: Services) -> Run:
    """The stopped run; its job is stopped too, and what the job says later changes nothing.

    Raises:
        UnknownRun: no such run.
        RunEnded: nothing works for it any more.
    """
    run = find_run(run_id, services)
    if not run.is_working:
        raise RunEnded(run.id, run.state)
    # The job first: an ended run could not be asked for again if the job went on working. Should
    # the job's end come sooner than the next lines, it stops the run as well.
    stop_job(run, services)

    def stopped(found: Run) -> Run | None:
        return found.end("stopped", reason="stopped on request", at=services.clock.now())

    run = announce(change_run(run.id, stopped, services), services)
    # Once more: the job may have been created, or the next one begun, since. What is created from
    # now on is stopped by whoever creates it and looks at the ledger then.
    stop_job(run, services)
    if run.state != "stopped":
        raise RunEnded(run.id, run.state)
    return run
