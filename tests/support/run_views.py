"""Runs as the HTTP API tells them: made by the pipeline's own view of a run of the ledger."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cli.run_status import RunStatus, parse_run
from pipeline.names import RunId
from pipeline.run import Dataset, Moment, Run, State
from pipeline.run_view import run_view
from tests.support.samples import run_in

TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DATASET = Dataset(
    classes=("Beagle", "Poodle"), counts={"train": 64, "valid": 8, "test": 8}, digest="d1"
)


def run_at(state: State, *, run: str = "abcdefghij", **known: Any) -> Run:
    """A run as the steps leave it in `state`; its states came a minute apart, from ten o'clock."""
    left = run_in(state, id=RunId(run), **{"dataset": DATASET, **known})
    moments = tuple(Moment(one.state, TEN + n * MINUTE) for n, one in enumerate(left.timeline))
    kept_out = {left.awaits} if left.quota_wait else set()
    jobs = {kind: name for kind, name in left.jobs.items() if kind not in kept_out}
    return replace(left, timeline=moments, jobs=jobs)


def ended_in(state: State, end: State, reason: str, **known: Any) -> Run:
    """A run that went no further than `state`."""
    run = run_at(state, **known)
    ended = run.end(end, reason=reason, at=run.timeline[-1].time + MINUTE)
    assert ended, f"a run that is {state} cannot end as {end}"
    return ended


def answer_of(run: Run) -> dict[str, Any]:
    """What GET /runs/<run> sends."""
    answer: dict[str, Any] = json.loads(json.dumps(run_view(run)))
    return answer


def status_of(run: Run) -> RunStatus:
    """What the command line makes of the answer."""
    return parse_run(answer_of(run))
