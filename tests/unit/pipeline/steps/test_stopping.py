from __future__ import annotations

from functools import partial

import pytest

from pipeline.errors import RunEnded, UnknownRun
from pipeline.events import EvaluationEnded, PreparationEnded, TuningEnded
from pipeline.names import RunId
from pipeline.ports import JobOutcome
from pipeline.run import Retry, State
from pipeline.steps.evaluation import finish_evaluation
from pipeline.steps.preparation import finish_preparation
from pipeline.steps.reconcile import reconcile_all
from pipeline.steps.stopping import stop_run
from pipeline.steps.training import start_training
from tests.fakes.services import fake_services
from tests.fakes.surroundings import NOON
from tests.support.job_outputs import leave_evaluation, leave_trials
from tests.support.samples import run_in


def test_a_stopped_run_has_its_job_stopped_too() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    services.jobs.start("tuning", run)

    stopped = stop_run(run.id, services)

    assert (stopped.state, stopped.reason) == ("stopped", "stopped on request")
    assert services.run(run) == stopped
    assert services.jobs.stopped == [f"kennel-test-tuning-{run.id}"]
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is stopped"]


def test_the_end_of_the_stopped_job_changes_nothing() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    stopped = stop_run(run.id, services)

    start_training(TuningEnded(run.id, "Stopped"), services)

    assert services.run(run) == stopped
    assert len(services.notices.published) == 1


def test_a_job_that_completed_all_the_same_starts_nothing() -> None:
    run = run_in("preparing")
    services = fake_services(run)
    stopped = stop_run(run.id, services)

    finish_preparation(PreparationEnded(run.id, "Completed"), services)

    assert services.run(run) == stopped
    assert services.jobs.names() == []


@pytest.mark.parametrize("state", ["preparing", "tuning", "training", "evaluating"])
def test_a_run_can_be_stopped_in_every_working_state(state: State) -> None:
    run = run_in(state)
    services = fake_services(run)

    assert stop_run(run.id, services).state == "stopped"


@pytest.mark.parametrize("state", ["serving", "superseded", "declined", "rejected", "failed"])
def test_a_run_that_has_ended_cannot_be_stopped(state: State) -> None:
    run = run_in(state)
    services = fake_services(run)

    with pytest.raises(RunEnded, match=f"run {run.id} is {state}: only a run that is still"):
        stop_run(run.id, services)

    assert services.run(run) == run


def test_a_run_stopped_twice_says_that_it_is_stopped() -> None:
    run = run_in("training")
    services = fake_services(run)
    stop_run(run.id, services)

    with pytest.raises(RunEnded, match="is stopped"):
        stop_run(run.id, services)


def test_an_unknown_run_cannot_be_stopped() -> None:
    with pytest.raises(UnknownRun, match="`kennel runs` lists them"):
        stop_run(RunId("nobodyknow"), fake_services())


def test_a_job_that_has_ended_meanwhile_is_left_alone() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    services.jobs.end(f"kennel-test-tuning-{run.id}", "Completed")

    stop_run(run.id, services)

    assert services.jobs.stopped == []
    assert services.jobs.outcome("tuning", f"kennel-test-tuning-{run.id}") == JobOutcome(
        "Completed"
    )


def test_a_run_whose_job_could_not_be_stopped_can_be_asked_again() -> None:
    run = run_in("tuning")
    services = fake_services(run)

    services.jobs.unreachable = True
    with pytest.raises(ConnectionError):
        stop_run(run.id, services)
    services.jobs.unreachable = False

    assert stop_run(run.id, services).state == "stopped"


@pytest.mark.parametrize("state", ["preparing", "tuning", "training", "evaluating"])
def test_a_run_stopped_while_its_job_is_being_created_has_no_job_at_work(state: State) -> None:
    run = run_in(state)
    services = fake_services(run)
    services.jobs.meanwhile(partial(stop_run, run.id, services))

    reconcile_all(services)

    assert services.run(run).state == "stopped"
    assert services.jobs.stopped == services.jobs.names()[-1:]


def test_a_job_that_was_created_while_the_run_was_being_stopped_is_stopped_too() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    services.runs.meanwhile(partial(services.jobs.start, "tuning", run))

    stop_run(run.id, services)

    assert services.jobs.stopped == [f"kennel-test-tuning-{run.id}"]


def test_a_run_that_ends_while_it_is_being_stopped_says_how() -> None:
    run = run_in("evaluating")
    services = fake_services(run)
    leave_evaluation(services, run)
    ended = EvaluationEnded(run.id, "Completed")
    services.runs.meanwhile(partial(finish_evaluation, ended, services))

    with pytest.raises(RunEnded, match="is serving"):
        stop_run(run.id, services)


@pytest.mark.parametrize("attempt", [0, 1])
def test_a_job_that_began_after_its_run_was_stopped_is_stopped_by_the_next_look(
    attempt: int,
) -> None:
    retries = {"tuning": Retry(attempt=attempt, since=NOON, due=NOON)} if attempt else {}
    run = run_in("tuning", retries=retries)
    services = fake_services(run)
    stop_run(run.id, services)
    services.jobs.start("tuning", run)  # by a function that was killed right after it

    reconcile_all(services)

    assert services.jobs.stopped == services.jobs.names()
    assert len(services.jobs.stopped) == 1


def test_the_trials_of_a_stopped_run_expire_though_nobody_hears_of_their_tuning_s_end() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    services.jobs.start("tuning", run)
    stop_run(run.id, services)
    leave_trials(services, run)

    reconcile_all(services)

    assert set(services.objects.tags) == set(services.objects.list(f"runs/{run.id}/trials/"))
