"""Runs of which an event was lost: one that nobody began, and one that nobody can take on."""

from __future__ import annotations

from pipeline.events import DatasetUploaded
from pipeline.names import RunId
from pipeline.ports import Services
from pipeline.run import Moment, Run
from pipeline.steps.ledger import change_run
from pipeline.steps.notices import announce


def unborn(upload: DatasetUploaded, reason: str, services: Services) -> Run:
    """The run of a data set that has not been judged yet; as it is if it has begun."""
    run = Run(
        id=upload.run,
        upload=upload,
        settings=services.settings.run,
        source=services.source.digest,
        timeline=(Moment("preparing", services.clock.now()),),
        reason=reason,
        undelivered="preparing",
        told=1,  # it is not accepted yet
    )
    return services.runs.find(upload.run) or services.runs.add(run)


def fail_for_want_of_care(run: RunId, reason: str, services: Services) -> None:
    """Nothing could take the run on, for all the patience: a redriven event still can."""
    hours = services.settings.quota_patience_hours
    said = f"nothing could take it on for {hours} h ({reason}): mend that, and redrive its event"

    def failed(found: Run) -> Run | None:
        return found.fail_undelivered(reason=said, at=services.clock.now())

    announce(change_run(run, failed, services), services)
