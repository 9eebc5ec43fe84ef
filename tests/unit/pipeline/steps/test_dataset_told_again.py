"""An upload that is told more than once: twice, late, after a refused quota, redriven by hand."""

from __future__ import annotations

from pipeline.events import DeliveryFailed
from pipeline.steps.dataset import accept_dataset
from pipeline.steps.failures import record_failures
from tests.fakes.services import fake_services
from tests.support.samples import CLASSES, run_in
from tests.support.uploads import only_run, uploaded


def test_a_data_set_uploaded_twice_is_prepared_and_told_of_once() -> None:
    services = fake_services()
    event = uploaded(services)

    for _ in range(2):
        accept_dataset(event, services)

    run = only_run(services)
    assert services.jobs.names() == [f"kennel-test-preparation-{run.id}"]
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is accepted"]
    assert services.telemetry.counts == {"RunsPreparing": 1}


def test_an_upload_told_late_does_not_take_its_run_back() -> None:
    run = run_in("training", told=1)
    services = fake_services(run)

    accept_dataset(run.upload, services)

    assert services.run(run) == run
    assert services.jobs.names() == []


def test_another_upload_under_the_same_key_is_another_run() -> None:
    services = fake_services()

    accept_dataset(uploaded(services), services)
    accept_dataset(uploaded(services), services)

    assert len(services.runs.all()) == 2


def test_a_refused_data_set_told_twice_is_rejected_once() -> None:
    services = fake_services()
    event = uploaded(services, b"no zip at all")

    for _ in range(2):
        accept_dataset(event, services)

    assert len(only_run(services).timeline) == 1
    assert len(services.notices.published) == 1


def test_a_run_that_waits_for_its_quota_copies_its_zip_once() -> None:
    services = fake_services()
    event = uploaded(services)
    services.jobs.refuse("preparation")
    accept_dataset(event, services)
    services.objects.destroy("datasets/dogs.zip")
    services.jobs.admit("preparation")

    accept_dataset(event, services)

    assert services.jobs.names() == [f"kennel-test-preparation-{only_run(services).id}"]


def test_a_preparation_that_waited_for_the_quota_starts_when_told_again() -> None:
    services = fake_services()
    event = uploaded(services)
    services.jobs.refuse("preparation")
    accept_dataset(event, services)
    services.jobs.admit("preparation")

    accept_dataset(event, services)

    run = only_run(services)
    assert run.quota_wait is None
    assert services.jobs.names() == [f"kennel-test-preparation-{run.id}"]


def test_a_preparation_refused_for_too_long_fails_its_run() -> None:
    services = fake_services()
    event = uploaded(services)
    services.jobs.refuse("preparation")
    accept_dataset(event, services)
    services.clock.advance(hours=24)

    accept_dataset(event, services)

    run = only_run(services)
    assert run.state == "failed"
    assert run.reason == (
        f"SageMaker refused kennel-test-preparation-{run.id} for 24 h (limit is 0 Instances): "
        "raise the quota"
    )
    assert services.notices.subjects[-1] == "Kennel: datasets/dogs.zip is failed"


def test_a_redriven_upload_is_judged_if_its_first_delivery_was_not() -> None:
    services = fake_services()
    services.objects.put("datasets/dogs.json", b'{"epochs": 3}')
    event = uploaded(services)
    record_failures((DeliveryFailed("m1", "event", "timed out", upload=event),), services)

    accept_dataset(event, services)

    run = only_run(services)
    assert [moment.state for moment in run.timeline] == ["preparing", "preparing"]
    assert (run.settings.epochs, run.dataset.classes) == (3, CLASSES)
    assert services.objects.json(f"runs/{run.id}/dataset_report.json")["accepted"] is True


def test_a_redriven_upload_may_be_refused() -> None:
    services = fake_services()
    event = uploaded(services, b"no zip at all")
    record_failures((DeliveryFailed("m1", "event", "timed out", upload=event),), services)

    accept_dataset(event, services)

    assert only_run(services).state == "rejected"
    assert services.jobs.names() == []


def test_a_redriven_upload_brings_its_run_back_to_life() -> None:
    services = fake_services()
    event = uploaded(services)
    lost = run_in("preparing", of=event).fail_undelivered(reason="lost", at=services.clock.now())
    assert lost
    services.runs.add(lost)

    accept_dataset(event, services)

    run = only_run(services)
    assert (run.state, run.reason, run.undelivered) == ("preparing", None, None)
    assert services.jobs.names() == [f"kennel-test-preparation-{run.id}"]
