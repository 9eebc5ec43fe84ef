from __future__ import annotations

import pytest

from pipeline.events import PreparationEnded
from pipeline.run import Dataset
from pipeline.steps.tuning import start_tuning
from tests.fakes.services import fake_services
from tests.support.job_outputs import leave_preparation
from tests.support.samples import CLASSES, run_in


def test_a_preparation_that_completed_starts_a_tuning() -> None:
    run = run_in("preparing")
    services = fake_services(run)
    leave_preparation(services, run)

    start_tuning(PreparationEnded(run.id, "Completed"), services)

    tuning = services.run(run)
    assert tuning.state == "tuning"
    assert tuning.jobs["tuning"] == f"kennel-test-tuning-{run.id}"
    assert services.jobs.names() == [f"kennel-test-tuning-{run.id}"]


def test_what_decoding_has_shown_is_on_the_run_and_in_its_report() -> None:
    run = run_in("preparing", dataset=Dataset(warnings=("one class is small",)))
    services = fake_services(run)
    leave_preparation(services, run)

    start_tuning(PreparationEnded(run.id, "Completed"), services)

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
        start_tuning(PreparationEnded(run.id, "Completed"), services)

    assert services.jobs.names() == [f"kennel-test-tuning-{run.id}"]
    assert [moment.state for moment in services.run(run).timeline] == ["preparing", "tuning"]


def test_a_preparation_reported_again_does_not_even_touch_the_ledger() -> None:
    run = run_in("tuning")
    services = fake_services(run)

    start_tuning(PreparationEnded(run.id, "Completed"), services)

    assert services.run(run) == run


def test_a_tuning_that_was_not_asked_for_before_a_crash_is_asked_for_now() -> None:
    run = run_in("tuning", jobs={})
    services = fake_services(run)

    start_tuning(PreparationEnded(run.id, "Completed"), services)

    assert services.jobs.names() == [f"kennel-test-tuning-{run.id}"]
    assert services.run(run).jobs == {"tuning": f"kennel-test-tuning-{run.id}"}


@pytest.mark.parametrize("missing", ["preparation/report.json", "preparation/splits.json"])
def test_a_preparation_that_left_out_an_output_fails_the_run(missing: str) -> None:
    run = run_in("preparing")
    services = fake_services(run)
    leave_preparation(services, run)
    services.objects.destroy(f"runs/{run.id}/{missing}")

    start_tuning(PreparationEnded(run.id, "Completed"), services)

    assert services.run(run).state == "failed"
    assert services.run(run).reason == (
        f"kennel-test-preparation-{run.id} has completed without writing {missing}"
    )
