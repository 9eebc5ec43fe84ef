"""The end of a run, whatever ended it."""

from __future__ import annotations

from pipeline.ports import Services
from pipeline.run import Run, State
from pipeline.steps.ledger import save
from pipeline.steps.notices import announce


def conclude(run: Run, state: State, reason: str, services: Services) -> Run:
    """The run ended with a reason, and told; as it is if it had ended already."""
    ended = run.end(state, reason=reason, at=services.clock.now())
    return announce(save(ended, services, replacing=run), services) if ended else run
