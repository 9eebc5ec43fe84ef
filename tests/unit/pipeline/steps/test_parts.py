"""What becomes of the images of a part that has been answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.names import prediction_key
from pipeline.steps.batches import reconcile_batches, start_batch
from tests.fakes.services import fake_services
from tests.support.batch_story import (
    answer,
    batch_in_flight,
    document,
    drop,
    drop_many,
    end,
    keys_of,
    rows,
    tell,
    waiting_images,
)
from tests.support.samples import CHAMPION, SETTINGS

ROWS_ONLY = replace(SETTINGS, documents="none")


def test_documents_appear_while_the_job_still_works() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", "images/sub/b.jpg")
    start_batch(services)
    batch = batch_in_flight(services)

    tell(services, answer(services, batch))

    assert document(services, "images/a.jpg")["decision"] == "accept"
    assert services.objects.exists(prediction_key("images/sub/b.jpg"))
    assert batch_in_flight(services) == batch
    assert keys_of(rows(services, batch)) == ["images/a.jpg", "images/sub/b.jpg"]


def test_a_document_names_the_image_and_the_model() -> None:
    services = fake_services(champion=CHAMPION)
    [image] = drop(services, "images/a.jpg")
    start_batch(services)

    tell(services, answer(services, batch_in_flight(services)))

    written = document(services, "images/a.jpg")
    assert written["image"] == {
        "bucket": SETTINGS.bucket,
        "key": "images/a.jpg",
        "version": image.version,
        "etag": "a" * 32,
        "width": 40,
        "height": 30,
        "format": "JPEG",
    }
    assert written["model"] == {"run": "championrn", "version": 3, "digest": "c" * 64}
    assert written["predicted_at"] == "2026-11-20T12:00:00Z"
    assert written["warnings"] == []


def test_a_part_told_twice_is_settled_once() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    predicted = answer(services, batch)
    tell(services, predicted)
    before = services.objects.read(prediction_key("images/a.jpg"))

    tell(services, predicted)
    end(services, batch)
    tell(services, predicted)
    end(services, batch)

    assert services.objects.read(prediction_key("images/a.jpg")) == before
    assert services.telemetry.counts["ImagesPredicted"] == 1
    assert services.images.in_flight() == []
    assert waiting_images(services) == []


@pytest.mark.parametrize("died_before", ["documents", "rows", "marker"])
def test_a_part_whose_settling_was_interrupted_is_complete_in_the_end(died_before: str) -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", "images/b.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    predicted = answer(services, batch)
    tell(services, predicted)
    before = rows(services, batch)
    services.objects.destroy(f"batches/{batch}/settled/part-00000.json")
    if died_before in ("documents", "rows"):
        services.objects.destroy(f"predictions/_batches/{batch}/part-00000.jsonl")
    if died_before == "documents":
        services.objects.destroy(prediction_key("images/b.jpg"))
    services.clock.advance(hours=1)

    tell(services, predicted)

    assert rows(services, batch) == before
    assert document(services, "images/b.jpg") == before[1]


def test_the_last_part_s_event_ends_the_batch_when_its_job_has_ended_before() -> None:
    services = fake_services(champion=CHAMPION)
    many = 5 * 2000
    drop_many(services, many)
    start_batch(services)
    batch = batch_in_flight(services)
    events = [answer(services, batch, part=f"part-{n:05d}") for n in range(5)]
    services.jobs.end(f"kennel-test-batch-{batch}", "Completed")

    end(services, batch)  # five parts have events of their own
    assert batch_in_flight(services) == batch
    for event in events:
        tell(services, event)

    assert services.images.in_flight() == []
    assert len(rows(services, batch)) == many
    assert services.telemetry.counts["ImagesPredicted"] == many


def test_parts_whose_events_were_lost_are_settled_all_the_same() -> None:
    services = fake_services(champion=CHAMPION)
    drop_many(services, 10_000)
    start_batch(services)
    batch = batch_in_flight(services)
    for number in range(5):
        answer(services, batch, part=f"part-{number:05d}")
    services.jobs.end(f"kennel-test-batch-{batch}", "Completed")
    end(services, batch)

    reconcile_batches(services)

    assert services.images.in_flight() == []
    assert len(rows(services, batch)) == 10_000


def test_what_was_deleted_or_overwritten_has_a_row_with_a_code_and_no_document() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", "images/b.jpg", "images/c.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    codes = {"images/a.jpg": "deleted", "images/b.jpg": "overwritten"}

    tell(services, answer(services, batch, codes=codes))
    end(services, batch)

    found = rows(services, batch)
    assert [row["error"] and row["error"]["code"] for row in found] == [
        "deleted",
        "overwritten",
        None,
    ]
    assert services.objects.list("predictions/c") == ["predictions/c.jpg.json"]
    assert services.objects.list("predictions/a") == []
    assert waiting_images(services) == []


def test_what_the_model_cannot_read_is_told_in_its_words() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)

    codes = {"images/a.jpg": "not_an_image"}
    tell(services, answer(services, batch_in_flight(services), codes=codes))

    written = document(services, "images/a.jpg")
    assert written["decision"] == "unreadable"
    assert written["error"] == {"code": "not_an_image", "message": "these bytes are no image"}
