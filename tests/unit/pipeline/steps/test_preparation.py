from __future__ import annotations

import pytest

from pipeline.events import PreparationEnded
from pipeline.names import TRIALS
from pipeline.run import Dataset, Run, Trial
from pipeline.run_settings import RunSettings
from pipeline.steps.preparation import finish_preparation
from tests.fakes.services import fake_services
from tests.support.job_outputs import BEST_VALUES, leave_preparation, leave_search
from tests.support.samples import CLASSES, run_in

IN_JOB = RunSettings(search="in_job")


def test_a_preparation_that_completed_starts_a_tuning() -> None:
    run = run_in("preparing")
    services = fake_services(run)
    leave_preparation(services, run)

    finish_preparation(PreparationEnded(run.id, "Completed"), services)

    tuning = services.run(run)
    assert tuning.state == "tuning"
    assert tuning.jobs["tuning"] == f"kennel-test-tuning-{run.id}"
    assert services.jobs.names() == [f"kennel-test-tuning-{run.id}"]


def test_what_decoding_has_shown_is_on_the_run_and_in_its_report() -> None:
    run = run_in("preparing", dataset=Dataset(warnings=("one class is small",)))
    services = fake_services(run)
    leave_preparation(services, run)

    finish_preparation(PreparationEnded(run.id, "Completed"), services)

    dataset = services.run(run).dataset
    assert dataset.classes == CLASSES
    assert dataset.counts == {"train": 6, "valid": 2, "test": 2}
    assert dataset.digest == "sha256 of the images"
    assert dataset.warnings == ("one class is small", "12 of 20 images cannot be used.")
    report = services.objects.json(f"runs/{run.id}/dataset_report.json")
    assert report["accepted"] is True
    assert report["preparation"]["counts"]["train"] == 6


def test_a_preparation_reported_twice_starts_one_tuning() -> None:
    run = run_in("preparing")
    services = fake_services(run)
    leave_preparation(services, run)

    for _ in range(2):
        finish_preparation(PreparationEnded(run.id, "Completed"), services)

    assert services.jobs.names() == [f"kennel-test-tuning-{run.id}"]
    assert [moment.state for moment in services.run(run).timeline] == ["preparing", "tuning"]


def test_a_preparation_reported_again_does_not_even_touch_the_ledger() -> None:
    run = run_in("tuning")
    services = fake_services(run)

    finish_preparation(PreparationEnded(run.id, "Completed"), services)

    assert services.run(run) == run


def test_a_tuning_that_was_not_asked_for_before_a_crash_is_asked_for_now() -> None:
    run = run_in("tuning", jobs={})
    services = fake_services(run)

    finish_preparation(PreparationEnded(run.id, "Completed"), services)

    assert services.jobs.names() == [f"kennel-test-tuning-{run.id}"]
    assert services.run(run).jobs == {"tuning": f"kennel-test-tuning-{run.id}"}


@pytest.mark.parametrize("missing", ["preparation/report.json", "preparation/splits.json"])
def test_a_preparation_that_left_out_an_output_fails_the_run(missing: str) -> None:
    run = run_in("preparing")
    services = fake_services(run)
    leave_preparation(services, run)
    services.objects.destroy(f"runs/{run.id}/{missing}")

    finish_preparation(PreparationEnded(run.id, "Completed"), services)

    assert services.run(run).state == "failed"
    assert services.run(run).reason == (
        f"kennel-test-preparation-{run.id} has completed without writing {missing}"
    )


def test_a_preparation_that_has_searched_is_followed_by_the_training_with_its_best_trial() -> None:
    run = run_in("preparing", settings=IN_JOB)
    services = fake_services(run)
    leave_search(services, run)

    finish_preparation(PreparationEnded(run.id, "Completed"), services)

    training = services.run(run)
    assert [moment.state for moment in training.timeline] == ["preparing", "training"]
    assert training.hyperparameters == BEST_VALUES
    assert training.best_trial == Trial("trial-002", 0.42)
    assert training.dataset.counts == {"train": 6, "valid": 2, "test": 2}
    started = services.jobs.started[f"kennel-test-training-{run.id}"]
    assert isinstance(started, Run)
    assert started.hyperparameters == BEST_VALUES


def test_a_search_reported_twice_starts_one_training() -> None:
    run = run_in("preparing", settings=IN_JOB)
    services = fake_services(run)
    leave_search(services, run)

    for _ in range(2):
        finish_preparation(PreparationEnded(run.id, "Completed"), services)

    assert services.jobs.names() == [f"kennel-test-training-{run.id}"]
    assert [moment.state for moment in services.run(run).timeline] == ["preparing", "training"]


def test_a_training_that_was_not_asked_for_before_a_crash_is_asked_for_now() -> None:
    preparing = run_in("preparing", settings=IN_JOB)
    services = fake_services(preparing)
    run = preparing.advance_to("training", at=services.clock.now())
    assert run
    services.runs.save(run, replacing=preparing)

    finish_preparation(PreparationEnded(run.id, "Completed"), services)

    assert services.jobs.names() == [f"kennel-test-training-{run.id}"]


def test_a_search_that_left_no_records_fails_the_run() -> None:
    run = run_in("preparing", settings=IN_JOB)
    services = fake_services(run)
    leave_preparation(services, run)

    finish_preparation(PreparationEnded(run.id, "Completed"), services)

    assert services.run(run).state == "failed"
    assert services.run(run).reason == (
        f"kennel-test-preparation-{run.id} has completed without writing {TRIALS}"
    )
