"""What is known of images and batches: what the fake and DynamoDB promise alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.errors import LedgerConflict
from pipeline.images import Batch, Flights, Sweep
from pipeline.ports import Images
from tests.fakes.surroundings import NOON
from tests.support.samples import CHAMPION, waiting

ODD_KEYS = [
    "images/two words/rex + ada.jpg",
    "images/café/100% dog.jpg",
    "images/柴犬.jpg",
    "images/a%20b.jpg",
]
LIST = "waiting/a list"
BATCH = Batch(champion=CHAMPION, lists=(LIST,), number=1, instances=2, began=NOON)


@pytest.mark.parametrize("key", ODD_KEYS)
def test_an_image_of_any_key_is_known_with_its_list(images: Images, key: str) -> None:
    image = waiting(key)

    images.remember([image], waiting_list=LIST, until=NOON)

    found = images.find_many([key, "images/other.jpg"])
    assert list(found) == [key]
    assert found[key].covers(image)
    assert found[key].waiting_list == LIST


def test_a_newer_version_takes_the_older_one_s_place(images: Images) -> None:
    newer = waiting(version="v2", sequencer="0B")
    images.remember([waiting(version="v1", sequencer="0A")], waiting_list="old", until=NOON)

    images.remember([newer], waiting_list=LIST, until=NOON)

    found = images.find_many([newer.key])[newer.key]
    assert (found.edition, found.order, found.waiting_list) == (newer.edition, newer.order, LIST)


def test_more_images_than_one_request_takes_are_all_known(images: Images) -> None:
    keys = [f"images/{number:03d}.jpg" for number in range(101)]

    images.remember([waiting(key) for key in keys], waiting_list=LIST, until=NOON)

    assert sorted(images.find_many(keys)) == keys


def test_nothing_is_in_flight_at_first(images: Images) -> None:
    assert images.flights() == Flights()


def test_flights_are_kept_as_they_are(images: Images) -> None:
    empty = images.flights()
    changed = replace(empty.with_batch(BATCH), fruitless=2, answered=NOON)

    saved = images.save_flights(changed, replacing=empty)

    assert saved == replace(changed, revision=1)
    assert images.flights() == saved
    assert images.flights().has(BATCH.id)
    assert images.flights().instances == 2


def test_whoever_comes_second_changes_no_flights(images: Images) -> None:
    empty = images.flights()
    first = images.save_flights(empty.with_batch(BATCH), replacing=empty)

    with pytest.raises(LedgerConflict):
        images.save_flights(empty.with_batch(replace(BATCH, number=9)), replacing=empty)

    assert images.flights() == first


def test_a_sweep_goes_on_where_it_was(images: Images) -> None:
    assert images.sweep() == Sweep()

    images.save_sweep(Sweep(after="images/café.jpg"))

    assert images.sweep() == Sweep(after="images/café.jpg")
