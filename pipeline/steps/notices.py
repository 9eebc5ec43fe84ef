"""Who must know of a run's states is told: of each at least once, whatever dies in between."""

from __future__ import annotations

from pipeline.names import REPORT_PAGE, run_key, uri
from pipeline.ports import Services
from pipeline.run import Moment, Run
from pipeline.steps.ledger import change_run


def announce(run: Run, services: Services) -> Run:
    """Tells of each state that nobody has been told of; told twice if that could not be noted."""
    if not run.untold:
        return run
    for moment in run.untold:
        services.notices.publish(_subject(run, moment), _notice(run, moment, services))
    return change_run(run.id, lambda now: now.having_told(len(run.timeline)), services)


def _subject(run: Run, moment: Moment) -> str:
    state = "accepted" if moment.state == "preparing" else moment.state
    return f"Kennel: {run.upload.key} is {state}"


def _page(run: Run, moment: Moment, services: Services) -> str | None:
    """Where the report lies of a run whose model has been judged."""
    judged = moment.state in {"serving", "declined"}
    return uri(services.settings.bucket, run_key(run.id, REPORT_PAGE)) if judged else None


def _notice(run: Run, moment: Moment, services: Services) -> dict[str, object]:
    return {
        "run": run.id,
        "state": moment.state,
        # Of a state that the run has left the reason is not known any more.
        "reason": run.reason if moment is run.timeline[-1] else None,
        "dataset": run.upload.key,
        "metrics": dict(run.metrics),
        "findings": [str(found) for found in run.findings],
        "report": _page(run, moment, services),
        "reports": uri(services.settings.bucket, run_key(run.id, "")),
    }
