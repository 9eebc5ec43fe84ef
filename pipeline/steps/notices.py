"""Who must know of a run's state is told, once each."""

from __future__ import annotations

from dataclasses import replace

from pipeline.names import run_key, uri
from pipeline.ports import Services
from pipeline.run import ANNOUNCED, Run
from pipeline.steps.ledger import save


def announce(run: Run, services: Services) -> Run:
    """Tells once of each state that matters; told twice if the telling could not be noted."""
    if run.state not in ANNOUNCED or run.announced == run.state:
        return run
    services.notices.publish(_subject(run), _notice(run, services))
    return save(replace(run, announced=run.state), services, replacing=run)


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
        "reports": uri(services.settings.bucket, run_key(run.id, "")),
    }
