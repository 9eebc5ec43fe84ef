"""A person stops a run."""

from __future__ import annotations

from pipeline.errors import RunEnded
from pipeline.names import RunId
from pipeline.ports import Services
from pipeline.run import JOB_KINDS, Run
from pipeline.steps.conclusion import conclude
from pipeline.steps.ledger import find_run


def stop_run(run_id: RunId, services: Services) -> Run:
    """The stopped run; its job is stopped too, and what the job says later changes nothing.

    Raises:
        UnknownRun: no such run.
        RunEnded: nothing works for it any more.
    """
    run = find_run(run_id, services)
    if not run.is_working:
        raise RunEnded(run.id, run.state)
    kind = JOB_KINDS[run.state]
    # The job first: an ended run could not be asked for again if the job went on working. Should
    # the job's end come sooner than the next line, it stops the run as well.
    services.jobs.stop(kind, run.job_name(kind, services.settings))
    return conclude(run, "stopped", "stopped on request", services)
