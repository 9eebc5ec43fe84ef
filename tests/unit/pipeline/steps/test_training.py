from __future__ import annotations

import pytest

from pipeline.events import TuningEnded
from pipeline.run import Run, Trial
from pipeline.steps.training import start_training
from tests.fakes.services import fake_services
from tests.support.job_outputs import BEST_VALUES, leave_trials
from tests.support.samples import run_in


def test_the_best_trial_s_values_train_the_model() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    leave_trials(services, run)

    start_training(TuningEnded(run.id, "Completed"), services)

    training = services.run(run)
    assert training.state == "training"
    assert training.hyperparameters == {**BEST_VALUES, "eps": "0.00000001"}  # not searched
    assert training.best_trial == Trial(f"kennel-test-tuning-{run.id}-001", 0.42)
    started = services.jobs.started[f"kennel-test-training-{run.id}"]
    assert isinstance(started, Run)
    assert started.hyperparameters == training.hyperparameters


def test_what_the_trials_left_is_marked_to_expire() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    leave_trials(services, run)

    start_training(TuningEnded(run.id, "Completed"), services)

    of_trials = services.objects.list(f"runs/{run.id}/trials/")
    assert len(of_trials) == 3
    assert services.objects.tags == {key: {"kennel-retention": "tuning"} for key in of_trials}


def test_a_tuning_reported_twice_starts_one_training() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    leave_trials(services, run)

    for _ in range(2):
        start_training(TuningEnded(run.id, "Completed"), services)

    assert services.jobs.names() == [f"kennel-test-training-{run.id}"]
    assert [moment.state for moment in services.run(run).timeline][-2:] == ["tuning", "training"]


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped"])
@pytest.mark.parametrize("state", ["evaluating", "serving", "declined", "stopped", "failed"])
def test_a_late_report_changes_nothing(state: str, status: str) -> None:
    run = run_in(state)  # type: ignore[arg-type]  # a state, as listed above
    services = fake_services(run)

    start_training(TuningEnded(run.id, status), services)  # type: ignore[arg-type]

    assert services.run(run) == run
    assert services.jobs.names() == []


def test_an_early_report_changes_nothing() -> None:
    """Only a hand-made event can be that early: the job does not exist yet."""
    run = run_in("preparing")
    services = fake_services(run)

    start_training(TuningEnded(run.id, "Completed"), services)

    assert services.run(run) == run


def test_a_tuning_of_which_no_trial_reported_a_loss_fails_the_run() -> None:
    run = run_in("tuning")
    services = fake_services(run)

    start_training(TuningEnded(run.id, "Completed"), services)

    assert services.run(run).state == "failed"
    assert services.run(run).reason == (
        f"no trial of kennel-test-tuning-{run.id} has reported a validation loss"
    )
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is failed"]


def test_a_failed_tuning_fails_its_run_once() -> None:
    run = run_in("tuning")
    services = fake_services(run)

    for _ in range(2):
        start_training(TuningEnded(run.id, "Failed", "all trials failed"), services)

    assert services.run(run).reason == f"kennel-test-tuning-{run.id} failed: all trials failed"
    assert len(services.notices.published) == 1


def test_a_tuning_stopped_by_another_hand_stops_its_run() -> None:
    run = run_in("tuning")
    services = fake_services(run)

    start_training(TuningEnded(run.id, "Stopped"), services)

    assert services.run(run).state == "stopped"


def test_a_training_over_the_quota_waits_until_its_patience_ends() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    leave_trials(services, run)
    services.jobs.refuse("training")
    start_training(TuningEnded(run.id, "Completed"), services)
    services.clock.advance(hours=23)
    start_training(TuningEnded(run.id, "Completed"), services)
    assert services.run(run).state == "training"

    services.clock.advance(hours=1)
    start_training(TuningEnded(run.id, "Completed"), services)

    assert services.run(run).state == "failed"
    assert "raise the quota" in (services.run(run).reason or "")
