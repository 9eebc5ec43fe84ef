"""What the end of a job does to its run, by the end of a preparation."""

from __future__ import annotations

import pytest

from pipeline.errors import UnknownRun
from pipeline.events import PreparationEnded
from pipeline.names import RunId
from pipeline.steps.preparation import finish_preparation
from tests.fakes.services import fake_services
from tests.support.job_outputs import end_job, leave_preparation
from tests.support.samples import run_in


@pytest.mark.parametrize("state", ["training", "serving", "stopped", "failed", "rejected"])
@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped"])
def test_a_late_report_changes_nothing(state: str, status: str) -> None:
    run = run_in(state)  # type: ignore[arg-type]  # a state, as listed above
    services = fake_services(run)

    finish_preparation(PreparationEnded(run.id, status), services)  # type: ignore[arg-type]

    assert services.run(run) == run
    assert services.jobs.names() == []
    assert services.notices.subjects == []


def test_a_failed_preparation_fails_its_run_in_the_words_of_our_own_code() -> None:
    run = run_in("preparing")
    services = fake_services(run)
    end_job(services, run, "preparation", "Failed", "too few images are left: 3 of 40")

    finish_preparation(PreparationEnded(run.id, "Failed", "ExitCode 1"), services)

    failed = services.run(run)
    assert failed.state == "failed"
    assert failed.reason == (
        f"kennel-test-preparation-{run.id} failed: too few images are left: 3 of 40"
    )
    assert services.notices.subjects[-1:] == ["Kennel: datasets/dogs.zip is failed"]


def test_a_failure_that_only_the_event_explains_is_told_in_its_words() -> None:
    run = run_in("preparing")
    services = fake_services(run)

    finish_preparation(PreparationEnded(run.id, "Failed", "it ran longer than 8 s"), services)

    assert services.run(run).reason == (
        f"kennel-test-preparation-{run.id} failed: it ran longer than 8 s"
    )


def test_a_failure_without_any_reason_says_so() -> None:
    run = run_in("preparing")
    services = fake_services(run)

    finish_preparation(PreparationEnded(run.id, "Failed"), services)

    assert services.run(run).reason == f"kennel-test-preparation-{run.id} failed: no reason given"


def test_a_failure_reported_twice_is_told_of_once() -> None:
    run = run_in("preparing")
    services = fake_services(run)

    for _ in range(2):
        finish_preparation(PreparationEnded(run.id, "Failed"), services)

    assert len(services.notices.published) == 1
    assert len(services.run(run).timeline) == 2


def test_a_job_stopped_as_its_time_was_over_fails_its_run() -> None:
    run = run_in("preparing")
    services = fake_services(run)
    end_job(services, run, "preparation", "Failed", "it ran longer than 5 s")

    finish_preparation(PreparationEnded(run.id, "Stopped"), services)

    assert services.run(run).state == "failed"
    assert services.run(run).reason == (
        f"kennel-test-preparation-{run.id} failed: it ran longer than 5 s"
    )


def test_a_job_stopped_by_another_hand_stops_its_run() -> None:
    run = run_in("preparing")
    services = fake_services(run)

    finish_preparation(PreparationEnded(run.id, "Stopped"), services)

    assert services.run(run).state == "stopped"
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is stopped"]


def test_an_end_of_an_unknown_run_raises() -> None:
    with pytest.raises(UnknownRun, match="there is no run 'nobodyknow'"):
        finish_preparation(PreparationEnded(RunId("nobodyknow"), "Completed"), fake_services())


def test_a_redriven_end_goes_on_where_its_loss_had_failed_the_run() -> None:
    run = run_in("preparing")
    services = fake_services(run)
    lost = run.fail_undelivered(reason="lost", at=services.clock.now())
    assert lost
    services.runs.save(lost, replacing=run)
    leave_preparation(services, run)

    finish_preparation(PreparationEnded(run.id, "Completed"), services)

    going_on = services.run(run)
    assert (going_on.state, going_on.reason, going_on.undelivered) == ("tuning", None, None)


def test_a_redriven_end_of_a_failed_job_tells_the_job_s_own_reason() -> None:
    run = run_in("preparing")
    services = fake_services(run)
    lost = run.fail_undelivered(reason="lost", at=services.clock.now())
    assert lost
    services.runs.save(lost, replacing=run)

    finish_preparation(PreparationEnded(run.id, "Failed", "out of memory"), services)

    failed = services.run(run)
    assert (failed.state, failed.undelivered) == ("failed", None)
    assert failed.reason == f"kennel-test-preparation-{run.id} failed: out of memory"
    assert services.notices.subjects[-1:] == ["Kennel: datasets/dogs.zip is failed"]
