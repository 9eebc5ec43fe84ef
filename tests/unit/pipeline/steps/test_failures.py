from __future__ import annotations

import pytest

from pipeline.events import DeliveryFailed, JobEnded, TrainingEnded, TuningEnded
from pipeline.names import RunId
from pipeline.run import State
from pipeline.steps.failures import record_failures
from pipeline.steps.reconcile import reconcile_all
from tests.fakes.services import FakeServices, fake_services
from tests.support.batch_story import waiting_images
from tests.support.job_outputs import leave_trials
from tests.support.samples import CLASSES, dataset_zip, dropped, run_in, upload


def lost(services: FakeServices, ended: JobEnded) -> None:
    record_failures((DeliveryFailed("m1", "the event", "boom", ended=ended),), services)


@pytest.mark.parametrize("state", ["tuning", "training", "serving", "stopped", "failed"])
def test_a_lost_end_of_a_job_is_kept_and_left_to_reconcile(state: State) -> None:
    run = run_in(state)
    services = fake_services(run)

    lost(services, TuningEnded(run.id, "Completed"))

    assert services.run(run) == run
    assert services.notices.subjects == []
    assert services.dead_letters.kept == [("the event", "boom")]


def test_a_run_whose_lost_event_reconcile_makes_up_for_goes_on() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    leave_trials(services, run)
    services.jobs.end(f"kennel-test-tuning-{run.id}", "Completed")
    lost(services, TuningEnded(run.id, "Completed"))

    reconcile_all(services)

    assert services.run(run).state == "training"


def test_a_lost_upload_is_a_run_that_reconcile_judges() -> None:
    services = fake_services()
    body = dataset_zip()
    event = upload(version=services.objects.put("datasets/dogs.zip", body), size=len(body))

    for _ in range(2):
        record_failures((DeliveryFailed("m1", "the event", "boom", upload=event),), services)

    [run] = services.runs.all()
    assert (run.state, run.undelivered) == ("preparing", "preparing")
    assert run.reason == "an event could not be delivered: boom"
    assert services.notices.subjects == []
    reconcile_all(services)
    judged = services.run(run)
    assert (judged.state, judged.undelivered, judged.reason) == ("preparing", None, None)
    assert judged.dataset.classes == CLASSES
    assert services.jobs.names() == [f"kennel-test-preparation-{run.id}"]
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is accepted"]


def test_a_lost_upload_whose_run_is_further_on_changes_nothing() -> None:
    run = run_in("evaluating")
    services = fake_services(run)

    record_failures((DeliveryFailed("m1", "e", "boom", upload=run.upload),), services)

    assert services.run(run) == run


def test_an_event_of_an_unknown_run_is_kept_and_told() -> None:
    services = fake_services()

    lost(services, TrainingEnded(RunId("nobodyknow"), "Completed"))

    assert services.notices.published == [
        ("Kennel: an event could not be delivered", {"message": "m1", "reason": "boom"})
    ]
    assert services.dead_letters.kept == [("the event", "boom")]


def test_images_that_their_own_function_could_not_take_in_are_taken_in() -> None:
    services = fake_services()
    images = (dropped("images/a b.jpg"), dropped("images/folder/", size=0))

    for _ in range(2):
        record_failures((DeliveryFailed("m1", "e", "boom", images=images),), services)

    assert [image.key for image in waiting_images(services)] == ["images/a b.jpg"]
    # Nobody has anything left to do: no notice, no letter.
    assert services.notices.subjects == []
    assert services.dead_letters.kept == []


def test_every_letter_of_a_delivery_is_kept() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    letters = (
        DeliveryFailed("m1", "first", "boom", ended=TuningEnded(run.id, "Failed")),
        DeliveryFailed("m2", "second", "the event could not be read"),
    )

    record_failures(letters, services)

    assert [body for body, _ in services.dead_letters.kept] == ["first", "second"]
    assert services.telemetry.counts["DeliveriesFailed"] == 2


def test_a_tick_that_failed_leaves_nothing_to_redrive_as_another_follows() -> None:
    services = fake_services()

    record_failures((DeliveryFailed("m1", "the event", "boom", made_up_for=True),), services)

    assert services.dead_letters.kept == []
    assert services.notices.subjects == []
    assert services.telemetry.counts == {"DeliveriesFailed": 1}


def test_a_letter_that_cannot_be_recorded_brings_no_other_again() -> None:
    services = fake_services()
    services.images.break_remembering(ConnectionError("away"))
    letters = (
        DeliveryFailed("m1", "first", "boom", images=(dropped("images/a.jpg"),)),
        DeliveryFailed("m2", "second", "boom"),
    )

    left = record_failures(letters, services)

    assert left == ["m1"]
    assert [body for body, _ in services.dead_letters.kept] == ["second"]
