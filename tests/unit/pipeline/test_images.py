from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline import batch_records
from pipeline.images import Batch, object_name, refusal
from tests.support.samples import CHAMPION, dropped, waiting


def batch_of(*images: str) -> Batch:
    return Batch(champion=CHAMPION, images=tuple(map(waiting, images)))


def test_the_same_images_and_model_are_the_same_batch() -> None:
    assert batch_of("images/a", "images/b").id == batch_of("images/a", "images/b").id


def test_other_images_attempts_or_models_are_another_batch() -> None:
    batch = batch_of("images/a")
    others = [
        batch_of("images/b"),
        Batch(champion=CHAMPION, images=(waiting("images/a", attempts=1),)),
        Batch(champion=CHAMPION, images=(waiting("images/a", version="v2"),)),
        replace(batch, champion=replace(CHAMPION, model_name="another")),
    ]

    assert batch.id not in {other.id for other in others}


def test_a_batch_survives_the_round_trip() -> None:
    images = (waiting("images/café 100%.jpg"), waiting("images/b", version="v2", attempts=2))
    batch = Batch(champion=CHAMPION, images=images)

    assert batch_records.load(batch_records.dump(batch)) == batch


def test_names_of_copies_sort_as_they_count() -> None:
    names = [object_name(number) for number in (0, 9, 10, 4999)]

    assert names == sorted(names)
    assert names[0] == "00000"


@pytest.mark.parametrize(
    ("size", "refused"), [(0, "empty"), (1, None), (100, None), (101, "too_large")]
)
def test_images_that_no_model_need_see_are_refused(size: int, refused: str | None) -> None:
    assert refusal(dropped(size=size), max_bytes=100) == refused


def test_without_a_version_the_etag_tells_editions_apart() -> None:
    first = waiting(version="", etag="a", sequencer="1")

    assert first.edition != waiting(version="", etag="b", sequencer="1").edition
    assert first.edition != waiting(version="", etag="a", sequencer="2").edition


@pytest.mark.parametrize(
    ("key", "size", "folder"),
    [("images/a/", 0, True), ("images/a", 0, False), ("images/a/", 3, False)],
)
def test_a_folder_is_an_empty_object_whose_key_ends_with_a_slash(
    key: str, size: int, folder: bool
) -> None:
    assert dropped(key, size=size).is_folder == folder
