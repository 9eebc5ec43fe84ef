"""The waiting images and the slots: what the fake and DynamoDB promise alike."""

from __future__ import annotations

import pytest

from pipeline.names import BatchId
from pipeline.ports import Images
from tests.support.samples import waiting

ODD_KEYS = [
    "images/two words/rex + ada.jpg",
    "images/café/100% dog.jpg",
    "images/柴犬.jpg",
    "images/a%20b.jpg",
]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_an_image_of_any_key_waits_and_is_settled(images: Images, key: str) -> None:
    image = waiting(key)

    images.wait(image)

    assert images.waiting(10) == [image]
    assert images.find_many([key, "images/other.jpg"]) == {key: image}
    images.settle(image)
    assert images.count() == 0


def test_the_same_image_waits_once(images: Images) -> None:
    for _ in range(2):
        images.wait(waiting())

    assert images.count() == 1


def test_a_newer_version_takes_the_older_one_s_place(images: Images) -> None:
    images.wait(waiting(version="v1", sequencer="0A"))
    newer = waiting(version="v2", sequencer="0B")

    images.wait(newer)

    assert images.waiting(10) == [newer]


def test_a_late_event_of_an_older_version_changes_nothing(images: Images) -> None:
    newer = waiting(version="v2", sequencer="10A")
    images.wait(newer)

    # As a text "9B" is greater than "10A"; the shorter sequencer is the older one.
    images.wait(waiting(version="v1", sequencer="9B"))

    assert images.waiting(10) == [newer]


def test_images_without_a_sequencer_are_ordered_by_arrival(images: Images) -> None:
    images.wait(waiting(version="v1", sequencer=None))
    second = waiting(version="v2", sequencer=None)

    images.wait(second)

    assert images.waiting(10) == [second]


def test_another_try_is_remembered(images: Images) -> None:
    images.wait(waiting())

    images.wait(waiting(attempts=1))

    assert [image.attempts for image in images.waiting(10)] == [1]


def test_settling_an_older_version_leaves_the_newer_one_waiting(images: Images) -> None:
    older, newer = waiting(version="v1", sequencer="0A"), waiting(version="v2", sequencer="0B")
    images.wait(older)
    images.wait(newer)

    images.settle(older)

    assert images.waiting(10) == [newer]


def test_settling_what_does_not_wait_changes_nothing(images: Images) -> None:
    images.settle(waiting())

    assert images.count() == 0


def test_no_more_images_than_asked_for_come_in_the_order_of_their_keys(images: Images) -> None:
    for name in ("c", "a", "b"):
        images.wait(waiting(f"images/{name}.jpg"))

    assert [image.key for image in images.waiting(2)] == ["images/a.jpg", "images/b.jpg"]


def test_more_images_than_one_request_takes_are_all_found(images: Images) -> None:
    keys = [f"images/{number:03d}.jpg" for number in range(101)]
    for key in keys:
        images.wait(waiting(key))

    assert sorted(images.find_many(keys)) == keys
    assert images.count() == 101


def test_a_claimed_slot_is_not_given_twice(images: Images) -> None:
    assert images.claim("0", BatchId("first"))

    assert not images.claim("0", BatchId("second"))
    assert not images.claim("0", BatchId("first"))
    assert images.in_flight() == {"0": "first"}


def test_only_its_own_batch_releases_a_slot(images: Images) -> None:
    images.claim("0", BatchId("first"))

    images.release("0", BatchId("second"))
    assert images.in_flight() == {"0": "first"}

    images.release("0", BatchId("first"))
    assert images.in_flight() == {}


def test_a_free_slot_is_released_without_effect(images: Images) -> None:
    images.release("0", BatchId("first"))

    assert images.claim("0", BatchId("second"))
