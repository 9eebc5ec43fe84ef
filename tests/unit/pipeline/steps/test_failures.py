from __future__ import annotations

import pytest

from pipeline.events import DeliveryFailed, JobEnded, PreparationEnded, TrainingEnded, TuningEnded
from pipeline.names import RunId
from pipeline.steps.failures import record_failures
from pipeline.steps.training import start_training
from tests.fakes.services import FakeServices, fake_services
from tests.support.samples import CHAMPION, dropped, run_in, upload


def lost(services: FakeServices, ended: JobEnded) -> None:
    record_failures((DeliveryFailed("m1", "the event", "boom", ended=ended),), services)


def test_a_run_that_waits_for_a_lost_event_fails_with_the_reason() -> None:
    run = run_in("tuning")
    services = fake_services(run)

    lost(services, TuningEnded(run.id, "Completed"))

    failed = services.run(run)
    assert (failed.state, failed.undelivered) == ("failed", "tuning")
    assert failed.reason == "an event could not be delivered: boom"
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is failed"]
    assert services.dead_letters.kept == [("the event", "boom")]


def test_a_lost_event_of_an_earlier_attempt_fails_nothing() -> None:
    run = run_in("tuning")
    services = fake_services(run)

    lost(services, TuningEnded(run.id, "Failed", attempt=1))

    assert services.run(run).state == "tuning"


def test_a_dead_letter_read_twice_fails_and_tells_once() -> None:
    run = run_in("tuning")
    services = fake_services(run)

    for _ in range(2):
        lost(services, TuningEnded(run.id, "Completed"))

    assert [moment.state for moment in services.run(run).timeline].count("failed") == 1
    assert len(services.notices.published) == 1


@pytest.mark.parametrize("state", ["training", "serving", "stopped", "failed"])
def test_a_run_that_heard_of_it_otherwise_stays_as_it_is(state: str) -> None:
    run = run_in(state)  # type: ignore[arg-type]  # a state, as listed above
    services = fake_services(run)

    lost(services, PreparationEnded(run.id, "Completed"))

    assert services.run(run) == run
    assert services.notices.subjects == []
    assert len(services.dead_letters.kept) == 1


def test_a_lost_upload_becomes_a_failed_run_that_can_be_redriven() -> None:
    services = fake_services()
    failure = DeliveryFailed("m1", "the event", "boom", upload=upload())

    for _ in range(2):
        record_failures((failure,), services)

    [run] = services.runs.all()
    assert (run.state, run.undelivered) == ("failed", "preparing")
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is failed"]


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


@pytest.mark.parametrize("champion", [CHAMPION, None])
def test_a_lost_image_gets_a_document_that_says_so(champion: object) -> None:
    services = fake_services(champion=champion)  # type: ignore[arg-type]  # a champion or none
    images = (dropped("images/a b.jpg"), dropped("images/folder/", size=0))

    record_failures((DeliveryFailed("m1", "e", "boom", images=images),), services)

    written = services.objects.json("predictions/a b.jpg.json")
    assert written["decision"] == "unreadable"
    assert written["error"] == {
        "code": "not_delivered",
        "message": "the image could not be taken in: boom",
    }
    assert (written["model"] is None) == (champion is None)
    assert services.objects.list("predictions/") == ["predictions/a b.jpg.json"]
    assert services.notices.subjects == ["Kennel: no prediction for images/a b.jpg"]
    assert services.telemetry.counts == {"ImagesFailed": 1, "DeliveriesFailed": 1}
    assert services.telemetry.lines == [("delivery failed", {"message_id": "m1", "reason": "boom"})]


def test_a_lost_image_that_was_predicted_all_the_same_keeps_its_document() -> None:
    services = fake_services(champion=CHAMPION)
    predicted = b'{"decision": "accept", "image": {"etag": "new"}}'
    for name in ("a", "b"):
        services.objects.write(f"predictions/{name}.jpg.json", predicted)
    images = (dropped("images/a.jpg", etag="new"), dropped("images/b.jpg", etag="newer"))

    record_failures((DeliveryFailed("m1", "e", "boom", images=images),), services)

    assert services.objects.read("predictions/a.jpg.json") == predicted
    assert services.objects.json("predictions/b.jpg.json")["decision"] == "unreadable"
    assert services.notices.subjects == ["Kennel: no prediction for images/b.jpg"]


def test_a_lost_image_that_was_overwritten_marks_nothing() -> None:
    services = fake_services(champion=CHAMPION)
    image = dropped("images/a.jpg", services.objects.put("images/a.jpg", b"old"))
    services.objects.put("images/a.jpg", b"new")

    record_failures((DeliveryFailed("m1", "e", "boom", images=(image,)),), services)

    assert services.objects.list("predictions/") == []
    assert len(services.dead_letters.kept) == 1


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


def test_a_run_that_fails_again_after_a_redrive_is_told_of_again() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    lost(services, TuningEnded(run.id, "Completed"))

    start_training(TuningEnded(run.id, "Completed"), services)

    assert services.run(run).reason == (
        f"no trial of kennel-test-tuning-{run.id} has reported a validation loss"
    )
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is failed"] * 2
