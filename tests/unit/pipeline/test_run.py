"""Which transition is legal, and what entering a state does."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from pipeline.run import QuotaWait, State
from pipeline.run_settings import RunSettings
from tests.fakes.surroundings import NOON
from tests.support.samples import run_in

STATES: tuple[State, ...] = get_args(State)
LEGAL = {
    ("preparing", "tuning"),
    ("tuning", "training"),
    ("training", "evaluating"),
    ("evaluating", "serving"),
    ("evaluating", "declined"),
    ("serving", "superseded"),
}
WORKING = {"preparing", "tuning", "training", "evaluating"}


@pytest.mark.parametrize("start", STATES)
@pytest.mark.parametrize("target", STATES)
def test_a_run_advances_only_along_the_way(start: State, target: State) -> None:
    run = run_in(start)

    advanced = run.advance_to(target, at=NOON)

    if start == target:
        assert advanced is run
    elif (start, target) in LEGAL:
        assert advanced
        assert advanced.state == target
        assert len(advanced.timeline) == len(run.timeline) + 1
    else:
        assert advanced is None


@pytest.mark.parametrize("start", STATES)
@pytest.mark.parametrize("target", ["failed", "stopped", "declined"])
def test_only_a_working_run_can_be_ended(start: State, target: State) -> None:
    ended = run_in(start).end(target, reason="why", at=NOON)

    if start in WORKING:
        assert ended
        assert (ended.state, ended.reason) == (target, "why")
    else:
        assert ended is None


@pytest.mark.parametrize("start", STATES)
def test_only_a_working_run_can_fail_by_a_lost_event(start: State) -> None:
    failed = run_in(start).fail_undelivered(reason="lost", at=NOON)

    if start in WORKING:
        assert failed
        assert (failed.state, failed.undelivered) == ("failed", start)
    else:
        assert failed is None


@pytest.mark.parametrize("start", sorted(WORKING))
@pytest.mark.parametrize("target", STATES)
def test_a_run_failed_by_a_lost_event_goes_on_from_where_it_was(
    start: State, target: State
) -> None:
    failed = run_in(start).fail_undelivered(reason="lost", at=NOON)
    assert failed

    advanced = failed.advance_to(target, at=NOON)

    if (start, target) in LEGAL:
        assert advanced
        assert (advanced.state, advanced.reason, advanced.undelivered) == (target, None, None)
    elif target == "failed":
        assert advanced is failed
    else:
        assert advanced is None


@pytest.mark.parametrize("target", STATES)
def test_a_preparation_that_searches_itself_is_followed_by_no_tuning(target: State) -> None:
    run = run_in("preparing", settings=RunSettings(search="in_job"))

    advanced = run.advance_to(target, at=NOON)

    assert (advanced.state if advanced else None) == (
        target if target in {"preparing", "training"} else None
    )


def test_entering_a_state_forgets_what_the_one_before_waited_for() -> None:
    run = run_in("preparing", quota_wait=QuotaWait(NOON, "limit"), reason="old")

    tuning = run.advance_to("tuning", at=NOON)

    assert tuning
    assert (tuning.quota_wait, tuning.reason) == (None, None)


def test_a_state_that_was_left_before_it_was_told_of_is_still_to_be_told() -> None:
    run = run_in("evaluating").advance_to("serving", at=NOON)
    assert run

    superseded = run.superseded(at=NOON)

    assert [moment.state for moment in superseded.untold] == ["serving"]
    assert superseded.having_told(len(superseded.timeline)).untold == ()


def test_what_was_told_late_does_not_untell_what_was_told_since() -> None:
    run = run_in("failed")

    assert run.having_told(1) == run


def test_a_job_ends_the_wait_and_is_kept_beside_the_others() -> None:
    run = run_in("tuning", quota_wait=QuotaWait(NOON, "limit"))

    created = run.with_job("training", "job")

    assert created.quota_wait is None
    assert created.jobs == {**run.jobs, "training": "job"}
    assert created.state == run.state


def test_a_superseded_run_served_before() -> None:
    run = replace(run_in("serving"))

    superseded = run.superseded(at=NOON)

    assert [moment.state for moment in superseded.timeline][-2:] == ["serving", "superseded"]


@pytest.mark.parametrize("state", STATES)
def test_four_states_are_at_work(state: State) -> None:
    assert run_in(state).is_working == (state in WORKING)
