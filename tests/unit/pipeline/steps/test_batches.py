from __future__ import annotations

from dataclasses import replace

from pipeline.images import Batch
from pipeline.names import BatchId
from pipeline.steps.batches import reconcile_batches, start_batch
from tests.fakes.services import fake_services
from tests.support.batch_story import batch_in_flight, document, drop, end
from tests.support.job_outputs import answered, leave_answers
from tests.support.samples import CHAMPION, SETTINGS


def test_nothing_starts_without_a_model_that_serves() -> None:
    services = fake_services()
    drop(services, "images/a.jpg")

    start_batch(services)

    assert services.images.in_flight() == {}
    assert services.jobs.names() == []


def test_nothing_starts_when_nothing_waits() -> None:
    services = fake_services(champion=CHAMPION)

    start_batch(services)

    assert services.images.in_flight() == {}


def test_images_that_come_during_a_batch_are_coalesced_into_the_next_one() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)
    first = batch_in_flight(services)
    for key in ("images/b.jpg", "images/c.jpg"):
        drop(services, key)
        start_batch(services)
    assert len(services.jobs.names()) == 1
    leave_answers(services, first, n00000=answered(0.9, 0.1))

    end(services, first)

    second = batch_in_flight(services)
    assert second != first
    assert len(services.objects.list(f"batches/{second}/input/")) == 2
    assert len(services.jobs.names()) == 2


def test_as_many_batches_are_in_flight_as_the_setting_allows() -> None:
    settings = replace(SETTINGS, batches_in_flight=2, batch_images=1)
    services = fake_services(champion=CHAMPION, settings=settings)
    drop(services, "images/a.jpg", "images/b.jpg", "images/c.jpg")

    start_batch(services)

    assert len(set(services.images.in_flight().values())) == 2
    assert len(services.jobs.names()) == 2


def test_a_batch_takes_no_more_images_than_the_setting_allows() -> None:
    services = fake_services(champion=CHAMPION, settings=replace(SETTINGS, batch_images=2))
    drop(services, "images/a.jpg", "images/b.jpg", "images/c.jpg")

    start_batch(services)

    assert len(services.objects.list(f"batches/{batch_in_flight(services)}/input/")) == 2


def test_a_batch_reported_twice_changes_nothing_the_second_time() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    leave_answers(services, batch, n00000=answered(0.9, 0.1))
    end(services, batch)
    before = document(services, "images/a.jpg")
    services.clock.advance(hours=1)

    end(services, batch)

    assert document(services, "images/a.jpg") == before
    assert services.telemetry.counts["ImagesPredicted"] == 1


def test_a_batch_nobody_knows_starts_what_waits() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")

    end(services, BatchId("unknownbat"))

    assert len(services.jobs.names()) == 1


def test_a_batch_that_failed_and_ends_again_before_its_slot_was_freed_loses_no_image() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    end(services, batch, failed="broken")
    retry = batch_in_flight(services)
    # As if the first end had been interrupted after its documents, before the slot was freed.
    services.images.release("0", retry)
    services.images.claim("0", batch)

    end(services, batch, failed="broken")

    assert [image.attempts for image in services.images.waiting(10)] == [1]
    assert services.telemetry.counts.get("ImagesDeletedUnread") is None


def test_a_batch_over_the_quota_keeps_its_images_and_its_slot() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    services.jobs.refuse("batch")

    start_batch(services)

    assert services.images.count() == 1
    assert len(services.images.in_flight()) == 1
    assert services.telemetry.messages[-1] == "batch waits for a quota"


def test_a_batch_that_waits_for_a_quota_renews_its_record_before_the_lifecycle_takes_it() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    services.jobs.refuse("batch")
    start_batch(services)
    batch = batch_in_flight(services)
    record = f"batches/{batch}/batch.json"
    first = services.objects.put(record, services.objects.read(record))

    reconcile_batches(services)

    assert services.objects.are_overwritten([(record, first)]) == [True]


def test_a_batch_is_predicted_by_the_model_that_served_when_it_started() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)
    batch = batch_in_flight(services)

    started = services.jobs.started[f"kennel-test-batch-{batch}"]

    assert isinstance(started, Batch)
    assert started.champion == CHAMPION


def test_a_slot_that_another_function_claims_first_brings_no_second_job() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    write = services.objects.write

    def write_while_another_claims(key: str, body: bytes, *, content_type: str = "") -> None:
        write(key, body)
        services.images.claim("0", BatchId("anotherone"))

    services.objects.write = write_while_another_claims  # type: ignore[method-assign]

    start_batch(services)

    assert services.images.in_flight() == {"0": "anotherone"}
    assert services.jobs.names() == []
    assert services.images.count() == 1


def test_a_batch_that_ends_again_before_its_slot_was_freed_writes_its_documents_once() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    leave_answers(services, batch, n00000=answered(0.9, 0.1))
    end(services, batch)
    before = document(services, "images/a.jpg")
    services.images.claim("0", batch)
    services.clock.advance(hours=1)

    end(services, batch)

    assert document(services, "images/a.jpg") == before
    assert services.images.in_flight() == {}
