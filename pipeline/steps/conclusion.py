"""The end of a run, whatever ended it."""

from __future__ import annotations

from pipeline.ports import Services
from pipeline.run import Run, State
from pipeline.steps.ledger import change_run
from pipeline.steps.notices import announce


def conclude(run: Run, state: State, reason: str, services: Services) -> Run:
    """The run ended with a reason, and told; as it is if it has gone on or ended meanwhile."""

    def ended(now: Run) -> Run | None:
        return now.end(state, reason=reason, at=services.clock.now()) if now.waits_as(run) else None

    return announce(change_run(run.id, ended, services), services)
