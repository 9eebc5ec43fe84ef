from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.waiting_lists import WaitingList, dump, load, waiting_list
from tests.fakes.surroundings import NOON
from tests.support.samples import waiting

IMAGES = [waiting("images/café 100%\u2028.jpg"), waiting("images/b", version=None, attempts=2)]


def test_images_survive_the_round_trip() -> None:
    assert load(dump(IMAGES)) == IMAGES


def test_a_list_is_known_by_its_key() -> None:
    made = waiting_list(IMAGES, arrived=NOON)

    assert WaitingList.parse(made.key) == made
    assert (made.count, made.arrived) == (2, NOON)


def test_keys_sort_by_arrival() -> None:
    moments = [NOON + timedelta(microseconds=passed) for passed in (0, 1, 999_999, 1_000_000)]

    keys = [waiting_list(IMAGES, arrived=moment).key for moment in moments]

    assert keys == sorted(keys)


def test_other_images_or_attempts_are_another_list() -> None:
    lists = {
        waiting_list(images, arrived=NOON).key
        for images in (IMAGES, IMAGES[:1], [waiting("images/b", attempts=3)], [waiting("images/b")])
    }

    assert len(lists) == 4


@pytest.mark.parametrize(
    "key",
    [
        "waiting/",
        "waiting/notes.txt",
        "waiting/x-dropped-1-k.jsonl",
        "waiting/20261120-a-b.jsonl",
    ],
)
def test_somebody_else_s_object_is_no_list(key: str) -> None:
    assert WaitingList.parse(key) is None
