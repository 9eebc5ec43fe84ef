"""The job that a run's stage needs: started under its derived name, or kept out by a quota."""

from __future__ import annotations

from pipeline.errors import JobRefused, QuotaRefused
from pipeline.names import RunJobKind
from pipeline.ports import Services
from pipeline.run import Run
from pipeline.steps.conclusion import conclude
from pipeline.steps.ledger import change_run
from pipeline.steps.quota import wait_for_room


def start_job(run: Run, kind: RunJobKind, services: Services) -> Run:
    """The run with its job started, waiting for SageMaker's quota, or failed: refused for good."""
    try:
        services.jobs.start(kind, run)
    except QuotaRefused as refused:
        return wait_for_room(run, refused, services)
    except JobRefused as refused:
        # Asking again would not help, and the run would look as if it worked.
        return conclude(run, "failed", str(refused), services)
    name = run.job_name(kind, services.settings)

    def noted(now: Run) -> Run | None:
        return now.with_job(kind, name) if now.waits_as(run) else None

    latest = change_run(run.id, noted, services)
    if latest.awaits is None and kind != "model":
        # It was stopped while the call was in the air, before there was a job to be stopped.
        services.jobs.stop(kind, name)
    return latest


def stop_job(run: Run, services: Services) -> None:
    """Stops what works for the run, or worked when it ended."""
    if run.employs:
        services.jobs.stop(run.employs, run.job_name(run.employs, services.settings))
