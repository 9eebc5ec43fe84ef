from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline import batch_records
from pipeline.images import Batch, Flights, KnownImage
from tests.fakes.surroundings import NOON
from tests.support.samples import CHAMPION, dropped, waiting

BATCH = Batch(champion=CHAMPION, lists=("waiting/a", "waiting/b"), number=1, began=NOON)


def test_other_lists_numbers_or_models_are_another_batch() -> None:
    others = [
        replace(BATCH, lists=("waiting/a",)),
        replace(BATCH, number=2),
        replace(BATCH, champion=replace(CHAMPION, model_name="another")),
    ]

    assert BATCH.id == replace(BATCH, began=NOON + timedelta(days=1)).id
    assert BATCH.id not in {other.id for other in others}


def test_a_batch_survives_the_round_trip() -> None:
    batch = replace(BATCH, instances=4, documents="none")

    assert batch_records.load(batch_records.dump(batch)) == batch


@pytest.mark.parametrize(("answered", "fruitless"), [(True, 0), (False, 3)])
def test_flights_count_the_jobs_in_a_row_without_an_answer(answered: bool, fruitless: int) -> None:
    flights = Flights(fruitless=2).with_batch(BATCH)

    ended = flights.without(BATCH.id, answered=answered, at=NOON)

    assert ended.flights == ()
    assert ended.fruitless == fruitless
    assert ended.answered == (NOON if answered else None)
    assert (ended.number, ended.began) == (1, NOON)


def test_without_a_version_the_etag_tells_editions_apart() -> None:
    first = waiting(version="", etag="a", sequencer="1")

    assert first.edition != waiting(version="", etag="b", sequencer="1").edition
    assert first.edition != waiting(version="", etag="a", sequencer="2").edition


@pytest.mark.parametrize(
    ("version", "sequencer", "covered"),
    [("v1", "0A", True), ("v2", "0B", False), ("v0", "9", True), ("v2", None, False)],
)
def test_what_is_known_covers_itself_and_what_is_older(
    version: str, sequencer: str | None, covered: bool
) -> None:
    known = waiting(version="v1", sequencer="0A")
    image = waiting(version=version, sequencer=sequencer)

    found = KnownImage(edition=known.edition, order=known.order, waiting_list="waiting/a")

    assert found.covers(image) is covered


@pytest.mark.parametrize(
    ("key", "size", "folder"),
    [("images/a/", 0, True), ("images/a", 0, False), ("images/a/", 3, False)],
)
def test_a_folder_is_an_empty_object_whose_key_ends_with_a_slash(
    key: str, size: int, folder: bool
) -> None:
    assert dropped(key, size=size).is_folder == folder
