"""A run in the ledger: found, or changed and its new state logged."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.errors import LedgerConflict, UnknownRun
from pipeline.names import RunId
from pipeline.ports import Services
from pipeline.run import Run

# What is to become of the run as it is now; None leaves it as it is.
Decision = Callable[[Run], Run | None]
# So often at once nobody changes a run: what keeps it from being saved is something else.
MOST_TRIES = 20
# Saves the first in place of the second, if that is what the ledger holds.
Save = Callable[[Run, Run], Run]


def find_run(run: RunId, services: Services) -> Run:
    """
    Raises:
        UnknownRun: no such run in the ledger.
    """
    found = services.runs.find(run)
    if found is None:
        raise UnknownRun(run)
    return found


def change_run(
    run: RunId, decide: Decision, services: Services, *, save: Save | None = None
) -> Run:
    """The run as it was decided, in the ledger.

    Whoever finds that somebody else has changed it meanwhile looks at it again, and decides
    again: an event told twice, or two at once, is no failure.

    Raises:
        UnknownRun: no such run in the ledger.
        LedgerConflict: it could not be saved, however often it was looked at.
    """
    for _ in range(MOST_TRIES):
        found = find_run(run, services)
        decided = decide(found)
        if decided is None or decided == found:
            return found
        try:
            saved = save(decided, found) if save else services.runs.save(decided, replacing=found)
        except LedgerConflict:
            continue
        if saved.state != found.state:
            log_state(saved, services)
        return saved
    raise LedgerConflict(f"run {run} has changed meanwhile")


def log_state(run: Run, services: Services) -> None:
    services.telemetry.log(f"run is {run.state}", run=run.id, state=run.state, reason=run.reason)
    services.telemetry.count(f"Runs{run.state.capitalize()}")
