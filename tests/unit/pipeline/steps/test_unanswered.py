"""What has no answer, and is nobody's fault, is asked for again."""

from __future__ import annotations

import pytest

from pipeline.steps.batches import reconcile_batches, start_batch
from pipeline.steps.parts import input_parts
from tests.fakes.services import fake_services
from tests.support.batch_story import (
    AT_ONCE,
    answer,
    batch_in_flight,
    document,
    drop,
    drop_many,
    end,
    keys_in_flight,
    rows,
    tell,
    waiting_images,
    with_batch_of,
)
from tests.support.samples import CHAMPION

CRASH = "AlgorithmError: the container ended"
NO_ROOM = "CapacityError: no instances"


def test_hours_without_room_are_no_image_s_fault() -> None:
    services = with_batch_of("images/a.jpg", "images/b.jpg")

    for _ in range(20):
        end(services, batch_in_flight(services), failed=NO_ROOM, no_room=True)
        services.clock.advance(hours=7)
        start_batch(services)

    assert [image.attempts for image in waiting_images(services)] == [0, 0]
    assert keys_in_flight(services) == ["images/a.jpg", "images/b.jpg"]
    assert services.objects.list("predictions/a") == []


def test_jobs_without_any_answer_follow_each_other_ever_more_slowly() -> None:
    services = with_batch_of("images/a.jpg")

    for _ in range(2):
        end(services, batch_in_flight(services), failed=NO_ROOM, no_room=True)

    assert services.images.in_flight() == []
    services.clock.advance(minutes=9)
    start_batch(services)
    assert services.images.in_flight() == []
    services.clock.advance(minutes=1)
    start_batch(services)
    assert len(services.images.in_flight()) == 1


def test_what_a_job_answered_before_it_failed_counts() -> None:
    services = with_batch_of("images/a.jpg", "images/b.jpg", "images/c.jpg")
    batch = batch_in_flight(services)
    answer(services, batch, without={"images/b.jpg"})

    end(services, batch, failed="ClientError: See job logs")

    assert document(services, "images/a.jpg")["decision"] == "accept"
    assert document(services, "images/c.jpg")["decision"] == "accept"
    assert keys_in_flight(services) == ["images/b.jpg"]
    assert len(rows(services, batch)) == 2


@pytest.mark.parametrize("body", [b'{"decision": "acc', b'"busy"', b'{"code": 503}', b"\xff\n"])
def test_a_part_that_is_cut_off_or_not_the_model_s_is_asked_for_again(body: bytes) -> None:
    services = with_batch_of("images/a.jpg")
    batch = batch_in_flight(services)
    predicted = answer(services, batch)
    services.objects.write(predicted.key, body)
    tell(services, predicted)

    end(services, batch)

    assert keys_in_flight(services) == ["images/a.jpg"]
    assert batch_in_flight(services) != batch


def test_an_image_that_s3_did_not_hand_out_in_time_is_asked_for_again() -> None:
    services = with_batch_of("images/a.jpg", "images/b.jpg")
    batch = batch_in_flight(services)
    answer(services, batch, codes={"images/b.jpg": "unavailable"})

    end(services, batch)

    assert keys_in_flight(services) == ["images/b.jpg"]
    assert services.objects.list("predictions/b") == []


def test_a_batch_that_somebody_stopped_has_its_images_predicted_by_the_next() -> None:
    services = with_batch_of("images/a.jpg", "images/b.jpg")
    batch = batch_in_flight(services)
    services.jobs.end(f"kennel-test-batch-{batch}", "Stopped")

    reconcile_batches(services)

    assert keys_in_flight(services) == ["images/a.jpg", "images/b.jpg"]
    assert batch_in_flight(services) != batch


def test_a_waiting_list_that_somebody_deleted_holds_nothing_up() -> None:
    services = fake_services(champion=CHAMPION, settings=AT_ONCE)
    drop(services, "images/a.jpg")
    services.jobs.refuse("batch")
    start_batch(services)
    batch = batch_in_flight(services)
    for prefix in ("waiting/", f"batches/{batch}/input/"):
        services.objects.delete_many(services.objects.list(prefix))
    services.jobs.admit("batch")

    reconcile_batches(services)
    end(services, batch, failed="ClientError: no objects under the prefix")

    assert services.images.in_flight() == []


def test_all_that_s3_never_handed_out_have_their_rows() -> None:
    services = fake_services(champion=CHAMPION, settings=AT_ONCE)
    drop_many(services, 2001)
    start_batch(services)
    lost = {"images/0.jpg": "unavailable", "images/2000.jpg": "unavailable"}

    for _ in range(12):
        batch = batch_in_flight(services)
        for part in input_parts(batch, services):
            answer(services, batch, part=part, codes=lost)
        end(services, batch)
        services.clock.advance(hours=7)
        start_batch(services)

    assert document(services, "images/0.jpg")["error"]["code"] == "not_predicted"
    assert document(services, "images/2000.jpg")["error"]["code"] == "not_predicted"
    assert waiting_images(services) == []


def test_images_that_come_later_do_not_wait_for_one_that_ends_every_container() -> None:
    services = with_batch_of("images/guilty.jpg")
    for _ in range(8):
        end(services, batch_in_flight(services), failed=CRASH)
        if not services.images.in_flight():
            services.clock.advance(hours=7)
            start_batch(services)
    end(services, batch_in_flight(services), failed=CRASH)
    drop(services, "images/sound.jpg")

    services.clock.advance(minutes=30)
    start_batch(services)

    assert keys_in_flight(services) == ["images/sound.jpg"]
