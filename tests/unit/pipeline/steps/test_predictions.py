"""What becomes of each image of a batch: a document, another try, or nothing."""

from __future__ import annotations

import json

import pytest

from pipeline.events import BatchEnded
from pipeline.steps.batches import finish_batch, start_batch
from tests.fakes.services import fake_services
from tests.support.batch_story import batch_in_flight, document, drop, end
from tests.support.job_outputs import answer, answered, leave_answers
from tests.support.samples import CHAMPION, SETTINGS, waiting


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


def test_no_image_is_given_up_because_its_batches_found_no_room() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    start_batch(services)

    for _ in range(4):
        refused = BatchEnded(batch_in_flight(services), "Failed", "CapacityError: none", True)
        finish_batch(refused, services)

    assert not services.objects.exists("predictions/a.jpg.json")
    assert services.images.count() == 1
    assert batch_in_flight(services)


def test_images_given_up_together_are_told_of_once() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", "images/b.jpg")
    start_batch(services)

    for number in range(3):
        end(services, batch_in_flight(services), failed=f"broken {number}")

    assert services.notices.subjects == ["Kennel: no prediction for 2 images"]


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
