"""The job that a run's stage needs: started under its derived name, or kept out by a quota."""

from __future__ import annotations

from pipeline.errors import JobRefused, QuotaRefused
from pipeline.names import RunJobKind
from pipeline.ports import Services
from pipeline.run import Run
from pipeline.steps.conclusion import conclude
from pipeline.steps.ledger import save
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
    if run.jobs.get(kind) == name and run.quota_wait is None:
        return run
    return save(run.with_job(kind, name), services, replacing=run)
