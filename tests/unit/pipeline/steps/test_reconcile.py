from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.run import JOB_KINDS, Run, State
from pipeline.steps.batches import start_batch
from pipeline.steps.reconcile import reconcile_all
from tests.fakes.services import FakeServices, fake_services
from tests.support.batch_story import answer, batch_in_flight, drop
from tests.support.job_outputs import (
    end_job,
    leave_evaluation,
    leave_preparation,
    leave_training,
    leave_trials,
)
from tests.support.samples import CHAMPION, artifact_of, run_in

WORKING: list[State] = ["preparing", "tuning", "training", "evaluating"]


def with_everything_done(run: Run) -> FakeServices:
    """The job of the run's state has completed, and its event was lost."""
    services = fake_services(run)
    leave_preparation(services, run)
    leave_trials(services, run)
    leave_training(services, run)
    leave_evaluation(services, run)
    kind = JOB_KINDS[run.state]
    name = f"kennel-test-{kind}-{run.id}"
    services.jobs.end(name, "Completed", artifact=artifact_of(run.id))
    return services


@pytest.mark.parametrize(
    ("state", "following"), list(zip(WORKING, [*WORKING[1:], "serving"], strict=True))
)
def test_a_missed_end_takes_the_run_on(state: State, following: State) -> None:
    run = run_in(state)
    services = with_everything_done(run)

    reconcile_all(services)

    assert services.run(run).state == following
    assert "event was missed" in services.telemetry.messages


@pytest.mark.parametrize("state", WORKING[:-1])
def test_a_missed_failure_fails_the_run(state: State) -> None:
    run = run_in(state)
    services = fake_services(run)
    end_job(services, run, JOB_KINDS[state], "Failed", "out of memory")

    reconcile_all(services)

    assert services.run(run).state == "failed"
    assert "out of memory" in (services.run(run).reason or "")


@pytest.mark.parametrize("state", WORKING)
def test_a_job_that_was_never_created_is_created(state: State) -> None:
    run = run_in(state)
    services = fake_services(run)

    reconcile_all(services)

    assert f"kennel-test-{JOB_KINDS[state]}-{run.id}" in services.jobs.names()
    assert services.run(run).state == state


@pytest.mark.parametrize("state", WORKING)
def test_the_name_of_a_job_whose_creator_ended_too_early_is_noted(state: State) -> None:
    run = run_in(state)
    services = fake_services(run)
    reconcile_all(services)
    created = services.run(run)
    others = {kind: name for kind, name in created.jobs.items() if kind != JOB_KINDS[state]}
    services.runs.save(replace(created, jobs=others), replacing=created)

    reconcile_all(services)

    assert services.run(run).jobs == created.jobs


@pytest.mark.parametrize("state", WORKING)
def test_a_job_at_work_is_left_alone(state: State) -> None:
    run = run_in(state)
    services = fake_services(run)
    reconcile_all(services)
    before = (services.run(run), services.jobs.names(), dict(services.telemetry.counts))

    reconcile_all(services)

    assert (services.run(run), services.jobs.names(), services.telemetry.counts) == before


@pytest.mark.parametrize("state", ["superseded", "declined", "rejected", "failed", "stopped"])
def test_a_run_that_has_ended_is_left_alone(state: State) -> None:
    run = run_in(state)
    services = fake_services(run)

    reconcile_all(services)

    assert services.run(run) == run
    assert services.jobs.names() == []


def test_a_run_failed_by_a_lost_event_waits_for_a_person() -> None:
    run = run_in("tuning")
    services = with_everything_done(run)
    lost = run.fail_undelivered(reason="lost", at=services.clock.now())
    assert lost
    services.runs.save(lost, replacing=run)

    reconcile_all(services)

    assert services.run(run).state == "failed"
    assert services.run(run).undelivered == "tuning"


@pytest.mark.parametrize("state", ["serving", "declined", "rejected", "failed", "stopped"])
def test_an_end_that_nobody_was_told_of_is_told_once(state: State) -> None:
    ended = run_in(state)
    run = replace(ended, told=len(ended.timeline) - 1)
    services = fake_services(run)

    for _ in range(2):
        reconcile_all(services)

    assert services.notices.subjects == [f"Kennel: datasets/dogs.zip is {state}"]


def test_a_batch_that_was_never_launched_is_launched() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/rex.jpg")
    services.jobs.refuse("batch")
    start_batch(services)
    services.jobs.admit("batch")

    reconcile_all(services)

    batch = batch_in_flight(services)
    assert services.jobs.names() == [f"kennel-test-batch-{batch}"]


def test_a_batch_whose_end_was_missed_gets_its_documents() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/rex.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    answer(services, batch)
    services.jobs.end(f"kennel-test-batch-{batch}", "Completed")

    reconcile_all(services)

    assert services.objects.exists("predictions/rex.jpg.json")
    assert services.images.in_flight() == []


def test_a_batch_at_work_is_left_alone() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/rex.jpg")
    start_batch(services)
    before = services.images.flights()

    reconcile_all(services)

    assert services.images.flights() == before
    assert len(services.jobs.names()) == 1


def test_images_that_wait_are_taken() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/rex.jpg")

    reconcile_all(services)

    assert len(services.jobs.names()) == 1
