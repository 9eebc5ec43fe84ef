from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pipeline.events import BatchTransformEnded
from pipeline.images import WaitingImage
from pipeline.names import BatchId, prediction_key
from pipeline.steps.batches import finish_batch, launch, load_batch, start_batch
from tests.fakes.job_outputs import answer, answered, leave_answers
from tests.fakes.samples import CHAMPION, SETTINGS, waiting
from tests.fakes.services import FakeServices, fake_services


def drop(services: FakeServices, *keys: str, **given: int) -> list[WaitingImage]:
    """Images that have been put and wait."""
    images = [waiting(key, services.objects.put(key, key.encode()), **given) for key in keys]
    for image in images:
        services.images.wait(image)
    return images


def batch_in_flight(services: FakeServices) -> BatchId:
    [batch] = services.images.in_flight().values()
    return batch


def end(services: FakeServices, batch: BatchId, *, failed: str | None = None) -> None:
    status = BatchTransformEnded(batch, "Failed" if failed else "Completed", failed)
    finish_batch(status, services)


def document(services: FakeServices, key: str) -> dict[str, object]:
    found: dict[str, object] = services.objects.json(prediction_key(key))
    return found


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


def test_a_batch_reads_copies_under_plain_names_and_a_manifest_of_them() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/café red/100% dog.jpg", "images/b+c.jpg")

    start_batch(services)

    batch = batch_in_flight(services)
    assert services.objects.json(f"batches/{batch}/manifest.json") == [
        {"prefix": f"s3://{SETTINGS.bucket}/batches/{batch}/input/"},
        "00000",
        "00001",
    ]
    copies = services.objects.read_many(services.objects.list(f"batches/{batch}/input/"))
    assert sorted(copies.values()) == [b"images/b+c.jpg", "images/café red/100% dog.jpg".encode()]


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


def test_each_image_gets_one_document_and_all_of_them_one_file() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", "images/sub/b.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    leave_answers(services, batch, n00000=answered(0.9, 0.1), n00001=answered(0.2, 0.8))

    end(services, batch)

    assert services.objects.list("predictions/") == [
        f"predictions/_batches/{batch}.jsonl",
        "predictions/a.jpg.json",
        "predictions/sub/b.jpg.json",
    ]
    rows = services.objects.read(f"predictions/_batches/{batch}.jsonl").splitlines()
    assert [json.loads(row)["image"]["key"] for row in rows] == ["images/a.jpg", "images/sub/b.jpg"]
    assert services.images.count() == 0
    assert services.objects.list(f"batches/{batch}/input/") == []


def test_a_document_names_the_image_and_the_model() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    leave_answers(services, batch, n00000=answered(0.9, 0.1))

    end(services, batch)

    written = document(services, "images/a.jpg")
    assert written["image"] == {
        "bucket": SETTINGS.bucket,
        "key": "images/a.jpg",
        "etag": "a" * 32,
        "width": 40,
        "height": 30,
        "format": "JPEG",
    }
    assert written["model"] == {"run": "championrn", "version": 3, "digest": "c" * 64}
    assert written["predicted_at"] == "2026-11-20T12:00:00Z"


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


def test_an_image_overwritten_in_flight_gets_the_document_of_its_newest_version() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)
    first = batch_in_flight(services)
    newer = waiting("images/a.jpg", services.objects.put("images/a.jpg", b"new"), sequencer="02")
    services.images.wait(newer)
    leave_answers(services, first, n00000=answered(0.9, 0.1))

    end(services, first)

    assert not services.objects.exists("predictions/a.jpg.json")
    second = batch_in_flight(services)
    assert services.objects.read(f"batches/{second}/input/00000") == b"new"
    leave_answers(services, second, n00000=answered(0.3, 0.7))
    end(services, second)
    assert services.objects.exists("predictions/a.jpg.json")
    assert services.images.count() == 0


def test_the_version_that_was_taken_in_is_predicted_whatever_lies_there_now() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    services.objects.put("images/a.jpg", b"its event is still on the way")

    start_batch(services)

    copy = f"batches/{batch_in_flight(services)}/input/00000"
    assert services.objects.read(copy) == b"images/a.jpg"


def test_an_image_that_the_bucket_does_not_hand_out_holds_no_other_up() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", "images/b.jpg")
    services.objects.refuse("images/a.jpg", "AccessDenied")
    start_batch(services)
    batch = batch_in_flight(services)
    leave_answers(services, batch, n00001=answered(0.9, 0.1))

    end(services, batch)

    assert services.objects.exists("predictions/b.jpg.json")
    written = document(services, "images/a.jpg")
    assert written["error"] == {
        "code": "not_predicted",
        "message": "3 batches gave no answer for this image; the last: AccessDenied",
    }
    assert services.images.count() == 0
    assert services.images.in_flight() == {}


def test_an_image_deleted_before_it_was_read_gets_no_document_and_holds_nothing_up() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", "images/b.jpg")
    services.objects.destroy("images/a.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    leave_answers(services, batch, n00001=answered(0.9, 0.1))

    end(services, batch)

    assert services.objects.list("predictions/b") == ["predictions/b.jpg.json"]
    assert not services.objects.exists("predictions/a.jpg.json")
    assert services.images.count() == 0
    assert services.telemetry.counts["ImagesDeletedUnread"] == 1


def test_a_batch_of_which_every_image_was_deleted_ends_without_a_job() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    services.objects.destroy("images/a.jpg")

    start_batch(services)

    assert services.jobs.names() == []
    assert services.images.in_flight() == {}
    assert services.images.count() == 0


@pytest.mark.parametrize(
    ("size", "code", "message"),
    [
        (0, "empty", "the file is empty: upload the image again"),
        (20 * 1024 * 1024 + 1, "too_large", "the file is larger than 20 MB"),
    ],
)
def test_an_image_that_no_model_may_see_is_answered_without_one(
    size: int, code: str, message: str
) -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", size=size)

    start_batch(services)

    written = document(services, "images/a.jpg")
    assert written["decision"] == "unreadable"
    assert written["predictions"] == []
    error = written["error"]
    assert isinstance(error, dict)
    assert error["code"] == code
    assert error["message"].startswith(message)
    assert services.jobs.names() == []
    assert services.images.count() == 0


def test_an_image_of_the_largest_size_allowed_goes_to_the_model() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", size=20 * 1024 * 1024)

    start_batch(services)

    assert len(services.jobs.names()) == 1


def test_what_the_model_cannot_read_is_told_in_its_words() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    leave_answers(services, batch, n00000=json.dumps(answer(None)).encode())

    end(services, batch)

    written = document(services, "images/a.jpg")
    assert written["decision"] == "unreadable"
    assert written["error"] == {"code": "not_an_image", "message": "these bytes are no image"}


def test_a_failed_job_s_answers_count_and_the_others_are_tried_again() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", "images/b.jpg")
    start_batch(services)
    first = batch_in_flight(services)
    leave_answers(services, first, n00000=answered(0.9, 0.1))

    end(services, first, failed="ClientError: See job logs")

    assert services.objects.exists("predictions/a.jpg.json")
    assert not services.objects.exists("predictions/b.jpg.json")
    [again] = services.images.waiting(10)
    assert (again.key, again.attempts) == ("images/b.jpg", 1)
    assert batch_in_flight(services) != first
    assert services.notices.subjects == []


def test_an_image_without_an_answer_three_times_is_given_up_and_told_of() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)
    for number in range(3):
        end(services, batch_in_flight(services), failed=f"broken {number}")

    written = document(services, "images/a.jpg")
    assert written["error"] == {
        "code": "not_predicted",
        "message": "3 batches gave no answer for this image; the last: broken 2",
    }
    assert services.images.count() == 0
    assert services.images.in_flight() == {}
    assert len(services.jobs.names()) == 3
    assert services.notices.subjects == ["Kennel: no prediction for images/a.jpg"]


@pytest.mark.parametrize("body", [b'{"decision": "acc', b'"busy"', b'{"code": 503}'])
def test_an_answer_that_is_cut_off_or_not_the_model_s_is_no_answer(body: bytes) -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", "images/b.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    leave_answers(services, batch, n00000=body, n00001=answered(0.9, 0.1))

    end(services, batch)

    assert services.objects.exists("predictions/b.jpg.json")
    assert [image.key for image in services.images.waiting(10)] == ["images/a.jpg"]


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
    services.jobs.refuse("create_transform_job")

    start_batch(services)

    assert services.images.count() == 1
    assert len(services.images.in_flight()) == 1
    assert services.telemetry.messages[-1] == "batch waits for a quota"


def test_a_batch_that_waits_for_a_quota_renews_its_record_before_the_lifecycle_takes_it() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    services.jobs.refuse("create_transform_job")
    start_batch(services)
    record = f"batches/{batch_in_flight(services)}/batch.json"
    batch = load_batch(batch_in_flight(services), services)
    services.objects.destroy(record)

    launch(batch, services)

    assert services.objects.exists(record)


def test_a_batch_is_predicted_by_the_model_that_served_when_it_started() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)
    batch = batch_in_flight(services)

    request = services.jobs.requests[f"kennel-test-batch-{batch}"]

    assert request["ModelName"] == CHAMPION.model_name


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
