"""Training has ended: the model is made, and its test asked for."""

from __future__ import annotations

import pytest

from pipeline.events import TrainingEnded
from pipeline.steps.evaluation import start_evaluation
from tests.fakes.services import fake_services
from tests.support.job_outputs import leave_training, packed
from tests.support.samples import artifact_of, run_in


def test_a_trained_model_is_created_and_the_test_split_goes_through_it() -> None:
    run = run_in("training")
    services = fake_services(run)
    leave_training(services, run)

    start_evaluation(TrainingEnded(run.id, "Completed"), services)

    evaluating = services.run(run)
    assert evaluating.state == "evaluating"
    assert evaluating.model
    assert evaluating.model.artifact == artifact_of(run.id)
    assert evaluating.metrics == {"validation_loss": 0.4, "validation_accuracy": 0.75}
    assert services.jobs.names() == [
        f"kennel-test-{kind}-{run.id}" for kind in ("model", "evaluation")
    ]


def test_the_reports_of_training_become_objects_of_their_own() -> None:
    run = run_in("training")
    services = fake_services(run)
    leave_training(services, run)

    start_evaluation(TrainingEnded(run.id, "Completed"), services)

    assert services.objects.read(f"runs/{run.id}/training/interpretation.md") == b"It fits."
    assert len(services.objects.list(f"runs/{run.id}/training/")) == 3


def test_a_training_reported_twice_starts_one_evaluation() -> None:
    run = run_in("training")
    services = fake_services(run)
    leave_training(services, run)

    for _ in range(2):
        start_evaluation(TrainingEnded(run.id, "Completed"), services)

    assert len(services.jobs.names()) == 2
    assert [moment.state for moment in services.run(run).timeline].count("evaluating") == 1


@pytest.mark.parametrize("state", ["serving", "superseded", "declined", "stopped", "tuning"])
def test_a_training_reported_late_or_early_changes_nothing(state: str) -> None:
    run = run_in(state)  # type: ignore[arg-type]  # a state, as listed above
    services = fake_services(run)

    start_evaluation(TrainingEnded(run.id, "Completed"), services)

    assert services.run(run) == run
    assert services.jobs.names() == []


def test_a_failed_training_fails_its_run() -> None:
    run = run_in("training")
    services = fake_services(run)

    start_evaluation(TrainingEnded(run.id, "Failed", "AlgorithmError: NaN loss"), services)

    assert services.run(run).reason == (
        f"kennel-test-training-{run.id} failed: AlgorithmError: NaN loss"
    )


def test_a_training_without_an_artifact_fails_its_run() -> None:
    run = run_in("training")
    services = fake_services(run)
    services.jobs.end(f"kennel-test-training-{run.id}", "Completed")

    start_evaluation(TrainingEnded(run.id, "Completed"), services)

    assert services.run(run).reason == (
        f"kennel-test-training-{run.id} has completed without a model artifact"
    )


def test_a_training_without_reports_fails_its_run() -> None:
    run = run_in("training")
    services = fake_services(run)
    services.jobs.end(f"kennel-test-training-{run.id}", "Completed", artifact=artifact_of(run.id))

    start_evaluation(TrainingEnded(run.id, "Completed"), services)

    assert services.run(run).reason == (
        f"kennel-test-training-{run.id} has completed without its reports"
    )


def test_a_training_whose_reports_lack_one_fails_its_run_before_the_test_is_paid_for() -> None:
    run = run_in("training")
    services = fake_services(run)
    leave_training(services, run)
    key = artifact_of(run.id).split("/", 3)[3]
    services.objects.write(key.replace("model.tar.gz", "output.tar.gz"), packed({}))

    start_evaluation(TrainingEnded(run.id, "Completed"), services)

    assert services.run(run).reason == (
        f"kennel-test-training-{run.id} has completed without metrics.json, test_predictions.jsonl"
    )
    assert services.jobs.names() == []


def test_a_model_over_the_quota_waits_before_its_test_is_asked_for() -> None:
    run = run_in("training")
    services = fake_services(run)
    leave_training(services, run)
    services.jobs.refuse("model", "Rate exceeded")

    start_evaluation(TrainingEnded(run.id, "Completed"), services)

    assert services.run(run).quota_wait
    assert services.jobs.names() == []
    services.jobs.admit("model")
    start_evaluation(TrainingEnded(run.id, "Completed"), services)
    assert services.run(run).quota_wait is None
    assert len(services.jobs.names()) == 2


def test_a_test_refused_for_too_long_fails_the_run_however_often_it_was_tried() -> None:
    run = run_in("training")
    services = fake_services(run)
    leave_training(services, run)
    services.jobs.refuse("evaluation")
    for _ in range(3):
        start_evaluation(TrainingEnded(run.id, "Completed"), services)
        services.clock.advance(hours=12)

    assert services.run(run).state == "failed"
    assert "raise the quota" in (services.run(run).reason or "")
