"""A run in the ledger: found, or saved and its new state logged."""

from __future__ import annotations

from pipeline.errors import UnknownRun
from pipeline.names import RunId
from pipeline.ports import Services
from pipeline.run import Run


def find_run(run: RunId, services: Services) -> Run:
    """
    Raises:
        UnknownRun: no such run in the ledger.
    """
    found = services.runs.find(run)
    if found is None:
        raise UnknownRun(run)
    return found


def save(run: Run, services: Services, *, replacing: Run) -> Run:
    saved = services.runs.save(run, replacing=replacing)
    if run.state != replacing.state:
        log_state(saved, services)
    return saved


def log_state(run: Run, services: Services) -> None:
    services.telemetry.log(f"run is {run.state}", run=run.id, state=run.state, reason=run.reason)
    services.telemetry.count(f"Runs{run.state.capitalize()}")
