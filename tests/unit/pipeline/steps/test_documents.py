"""Documents and rows: of the newest version, once, and found again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.names import prediction_key
from pipeline.steps.batches import start_batch
from pipeline.steps.images import take_in
from tests.fakes.services import FakeServices, fake_services
from tests.support.batch_story import (
    answer,
    batch_in_flight,
    document,
    drop,
    end,
    keys_of,
    rows,
    tell,
    waiting_images,
)
from tests.support.samples import CHAMPION, SETTINGS, dropped

ROWS_ONLY = replace(SETTINGS, documents="none")


def test_rows_alone_are_written_where_no_documents_are_wanted() -> None:
    services = fake_services(champion=CHAMPION, settings=ROWS_ONLY)
    drop(services, "images/a.jpg", "images/b.jpg")
    start_batch(services)
    batch = batch_in_flight(services)

    tell(services, answer(services, batch))
    end(services, batch)

    assert keys_of(rows(services, batch)) == ["images/a.jpg", "images/b.jpg"]
    assert not services.objects.exists(prediction_key("images/a.jpg"))


def test_a_waiting_list_points_to_the_rows_of_its_images() -> None:
    services = fake_services(champion=CHAMPION, settings=ROWS_ONLY)
    drop(services, "images/a.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    tell(services, answer(services, batch))
    end(services, batch)

    known = services.images.find_many(["images/a.jpg"])["images/a.jpg"]

    pointer = services.objects.json(pointer_of(known.waiting_list))
    assert pointer == {"batch": batch, "parts": ["part-00000"], "again": []}


def pointer_of(waiting_list: str) -> str:
    return f"predictions/_lists/{waiting_list.removeprefix('waiting/')}.json"


def overwrite(services: FakeServices, key: str, sequencer: str) -> None:
    """A newer version, which is taken in as well."""
    version = services.objects.put(key, b"newer")
    take_in([dropped(key, version, sequencer=sequencer, etag="b" * 32)], services)


@pytest.mark.parametrize("newer_first", [True, False])
def test_the_newest_version_s_document_stands_whichever_is_written_first(newer_first: bool) -> None:
    settings = replace(SETTINGS, batches_in_flight=2, batch_window_minutes=0)
    services = fake_services(champion=CHAMPION, settings=settings)
    drop(services, "images/a.jpg")
    start_batch(services)
    overwrite(services, "images/a.jpg", "02")
    start_batch(services)
    older, newer = services.images.in_flight()

    for batch in (newer, older) if newer_first else (older, newer):
        tell(services, answer(services, batch))
        end(services, batch)

    assert document(services, "images/a.jpg")["image"]["etag"] == "b" * 32
    assert waiting_images(services) == []


def test_of_two_versions_in_one_batch_the_one_that_no_event_told_of_may_be_the_newer() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", sequencer="01")
    version = services.objects.put("images/a.jpg", b"newer")
    take_in([dropped("images/a.jpg", version, sequencer=None, etag="b" * 32)], services)
    start_batch(services)
    batch = batch_in_flight(services)

    tell(services, answer(services, batch))
    end(services, batch)

    assert document(services, "images/a.jpg")["image"]["version"] == version
