"""A job that was let in and failed by no fault of the run is tried again under a new name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.events import EvaluationEnded, JobEnded, PreparationEnded, TrainingEnded, TuningEnded
from pipeline.ports import Services
from pipeline.run import Run, State
from pipeline.steps.evaluation import finish_evaluation, start_evaluation
from pipeline.steps.preparation import finish_preparation
from pipeline.steps.reconcile import reconcile_all
from pipeline.steps.stopping import stop_run
from pipeline.steps.training import start_training
from tests.fakes.services import FakeServices, fake_services
from tests.support.job_outputs import end_job, leave_evaluation, leave_trials
from tests.support.samples import run_in

LIMIT = "ResourceLimitExceeded: The account-level service limit is 0 Instances"
Step = Callable[[JobEnded, Services], None]
STAGES: list[tuple[State, type[JobEnded], Step]] = [
    ("preparing", PreparationEnded, finish_preparation),  # type: ignore[list-item]  # of its event
    ("tuning", TuningEnded, start_training),  # type: ignore[list-item]
    ("training", TrainingEnded, start_evaluation),  # type: ignore[list-item]
    ("evaluating", EvaluationEnded, finish_evaluation),  # type: ignore[list-item]
]


def refused_tuning() -> tuple[Run, FakeServices]:
    """A run whose tuning has ended because its trials met the quota."""
    run = run_in("tuning")
    services = fake_services(run)
    services.jobs.find_no_room(name(run), LIMIT)
    start_training(TuningEnded(run.id, "Failed", LIMIT), services)
    return run, services


def name(run: Run, attempt: str = "k") -> str:
    return f"kennel-test-tuning-{attempt}{run.id[1:]}"


@pytest.mark.parametrize(("state", "ended", "step"), STAGES)
def test_a_job_that_found_no_room_does_not_fail_its_run(
    state: State, ended: type[JobEnded], step: Step
) -> None:
    run = run_in(state)
    services = fake_services(run)
    services.jobs.find_no_room(f"kennel-test-{ended.kind}-{run.id}", LIMIT)

    step(ended(run.id, "Failed", LIMIT), services)

    waiting = services.run(run)
    assert waiting.state == state
    assert waiting.quota_wait
    assert waiting.quota_wait.reason == LIMIT
    assert ended.kind not in waiting.jobs


def test_it_is_tried_again_under_a_name_of_the_same_length_when_it_is_due() -> None:
    run, services = refused_tuning()

    services.clock.advance(minutes=9)
    reconcile_all(services)
    assert services.jobs.names() == []

    services.clock.advance(minutes=1)
    reconcile_all(services)

    assert services.jobs.names() == [name(run, "1")]
    assert services.run(run).jobs["tuning"] == name(run, "1")
    assert services.run(run).quota_wait is None


def test_what_the_refused_job_says_again_changes_nothing() -> None:
    run, services = refused_tuning()
    waiting = services.run(run)

    start_training(TuningEnded(run.id, "Failed", LIMIT), services)

    assert services.run(run) == waiting


def test_the_next_attempt_takes_the_run_on() -> None:
    run, services = refused_tuning()
    services.clock.advance(minutes=10)
    reconcile_all(services)
    leave_trials(services, run)

    start_training(TuningEnded(run.id, "Completed", attempt=1), services)

    assert services.run(run).state == "training"


def test_each_further_attempt_comes_twice_as_late() -> None:
    run, services = refused_tuning()
    services.clock.advance(minutes=10)
    reconcile_all(services)
    services.jobs.find_no_room(name(run, "1"), LIMIT)
    reconcile_all(services)

    services.clock.advance(minutes=19)
    reconcile_all(services)
    assert services.jobs.names() == [name(run, "1")]

    services.clock.advance(minutes=1)
    reconcile_all(services)

    assert services.jobs.names() == [name(run, "1"), name(run, "2")]


def test_the_patience_with_all_attempts_is_that_with_one_call() -> None:
    run, services = refused_tuning()

    for attempt in range(1, 9):
        services.clock.advance(hours=12)
        reconcile_all(services)
        services.jobs.find_no_room(name(run, str(attempt)), LIMIT)
        reconcile_all(services)

    failed = services.run(run)
    assert failed.state == "failed"
    assert "raise the quota" in (failed.reason or "")
    assert services.jobs.names() == [name(run, "1"), name(run, "2")]


def test_stopping_stops_the_attempt_that_works() -> None:
    run, services = refused_tuning()
    services.clock.advance(minutes=10)
    reconcile_all(services)

    stop_run(run.id, services)

    assert services.jobs.stopped == [name(run, "1")]


INTERNAL = "InternalServerError: We encountered an internal error. Please try again."


@pytest.mark.parametrize(("state", "ended", "step"), STAGES)
def test_a_job_that_failed_by_sagemaker_s_fault_is_tried_again_when_it_is_due(
    state: State, ended: type[JobEnded], step: Step
) -> None:
    run = run_in(state)
    services = fake_services(run)
    services.jobs.fail_by_sagemaker(f"kennel-test-{ended.kind}-{run.id}", INTERNAL)

    step(ended(run.id, "Failed", INTERNAL), services)
    services.clock.advance(minutes=10)
    reconcile_all(services)

    again = services.run(run)
    assert again.state == state
    assert services.jobs.names()[-1:] == [f"kennel-test-{ended.kind}-1{run.id[1:]}"]


@pytest.mark.parametrize(("state", "ended", "step"), STAGES)
def test_a_job_that_sagemaker_fails_each_time_fails_its_run_at_last(
    state: State, ended: type[JobEnded], step: Step
) -> None:
    run = run_in(state)
    services = fake_services(run)
    for digit in ("k", "1", "2"):
        services.jobs.fail_by_sagemaker(f"kennel-test-{ended.kind}-{digit}{run.id[1:]}", INTERNAL)

    for attempt in range(3):
        step(ended(run.id, "Failed", INTERNAL, attempt), services)

    failed = services.run(run)
    assert failed.state == "failed"
    assert failed.reason == (
        f"kennel-test-{ended.kind}-2{run.id[1:]} failed, as it did 3 times: {INTERNAL}"
    )


def test_a_test_split_that_is_not_there_fails_the_run_at_once() -> None:
    run = run_in("evaluating")
    services = fake_services(run)
    reason = "ClientError: No S3 objects found under S3 URL"
    end_job(services, run, "evaluation", "Failed", reason)

    finish_evaluation(EvaluationEnded(run.id, "Failed", reason), services)

    assert services.run(run).reason == f"kennel-test-evaluation-{run.id} failed: {reason}"


def test_a_test_image_that_the_model_fails_on_does_not_throw_the_training_away() -> None:
    run = run_in("evaluating")
    services = fake_services(run)
    end_job(services, run, "evaluation", "Failed", "AlgorithmError: See job logs")

    finish_evaluation(EvaluationEnded(run.id, "Failed", "AlgorithmError: See job logs"), services)

    assert services.run(run).state == "evaluating"
    leave_evaluation(services, run)
    finish_evaluation(EvaluationEnded(run.id, "Completed", attempt=1), services)
    assert services.run(run).state == "serving"
