"""What became of an image: answered, waiting, in a batch, gone, unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.errors import UnknownImage
from pipeline.steps.batches import reconcile_batches, start_batch
from pipeline.steps.lookup import find_prediction
from tests.fakes.services import FakeServices, fake_services
from tests.support.batch_story import (
    AT_ONCE,
    PART,
    answer,
    batch_in_flight,
    document,
    drop,
    end,
    rows,
    tell,
    with_batch_of,
)
from tests.support.samples import CHAMPION

CRASH = "AlgorithmError: the container ended"
A, B = "images/a.jpg", "images/b.jpg"


def without_documents(*keys: str) -> FakeServices:
    """The images are in flight; their answers will be rows alone."""
    settings = replace(AT_ONCE, documents="none")
    services = fake_services(champion=CHAMPION, settings=settings)
    drop(services, *keys)
    start_batch(services)
    return services


def test_a_document_is_found_as_soon_as_it_is_written() -> None:
    services = with_batch_of(A, B)
    tell(services, answer(services, batch_in_flight(services)))

    found = find_prediction(A, services)

    assert (found.state, found.document) == ("predicted", document(services, A))


def test_a_document_outlives_what_the_ledger_remembers() -> None:
    services = with_batch_of(A)
    batch = batch_in_flight(services)
    tell(services, answer(services, batch))
    end(services, batch)
    long_after = replace(services, images=fake_services().images)

    assert find_prediction(A, long_after).document == document(services, A)


def test_without_documents_the_row_is_found() -> None:
    services = without_documents(A, B)
    batch = batch_in_flight(services)
    answer(services, batch)
    end(services, batch)

    found = find_prediction(B, services)

    assert (found.state, found.batch) == ("predicted", batch)
    assert found.document == rows(services, batch)[1]


def test_a_row_is_found_in_the_second_part() -> None:
    settings = replace(AT_ONCE, documents="none", part_images=1)
    services = fake_services(champion=CHAMPION, settings=settings)
    drop(services, A, B)
    start_batch(services)
    batch = batch_in_flight(services)
    for part in (PART, "part-00001"):
        answer(services, batch, part=part)
    end(services, batch)

    assert find_prediction(B, services).document == rows(services, batch)[1]


def test_a_row_is_found_in_the_batch_that_tried_again() -> None:
    services = without_documents(A, B)
    first = batch_in_flight(services)
    answer(services, first, without=[B])
    end(services, first, failed=CRASH)
    again = batch_in_flight(services)
    answer(services, again)
    end(services, again)

    found = find_prediction(B, services)

    assert (found.state, found.batch) == ("predicted", again)
    assert found.document == rows(services, again)[0]


def test_what_waits_and_what_is_in_a_batch_is_told_apart() -> None:
    services = with_batch_of(A)
    drop(services, B)

    in_batch, waiting = find_prediction(A, services), find_prediction(B, services)

    assert (in_batch.state, in_batch.batch) == ("in_batch", batch_in_flight(services))
    assert (waiting.state, waiting.batch) == ("waiting", None)


def test_what_is_tried_again_is_in_that_batch_now() -> None:
    services = without_documents(A)
    end(services, batch_in_flight(services), failed=CRASH)
    services.clock.advance(hours=7)
    reconcile_batches(services)

    found = find_prediction(A, services)

    assert (found.state, found.batch) == ("in_batch", batch_in_flight(services))


@pytest.mark.parametrize("code", ["deleted", "overwritten"])
def test_what_was_gone_before_it_was_read_says_so(code: str) -> None:
    services = with_batch_of(A)
    batch = batch_in_flight(services)
    answer(services, batch, codes={A: code})
    end(services, batch)

    assert find_prediction(A, services).state == code


def test_an_overwritten_image_is_answered_for_by_its_newest_edition_only() -> None:
    services = with_batch_of(A)
    batch = batch_in_flight(services)
    tell(services, answer(services, batch))
    services.objects.put(A, b"another dog")
    drop(services, A)

    found = find_prediction(A, services)

    assert (found.state, found.document) == ("waiting", None)


def test_a_key_that_never_came_is_unknown() -> None:
    with pytest.raises(UnknownImage, match=r"nothing is known of 'images/c\.jpg'"):
        find_prediction("images/c.jpg", with_batch_of(A))


def test_whose_row_was_deleted_by_hand_is_unknown() -> None:
    services = without_documents(A)
    batch = batch_in_flight(services)
    answer(services, batch)
    end(services, batch)
    for key in services.objects.list("predictions/"):
        services.objects.destroy(key)

    with pytest.raises(UnknownImage):
        find_prediction(A, services)


@pytest.mark.parametrize("body", [b"{}", b"[]", b"no json", b'{"image": {"key": "images/x"}}'])
def test_what_lies_in_the_place_of_a_document_is_not_taken_for_one(body: bytes) -> None:
    services = with_batch_of(A)
    services.objects.put("predictions/a.jpg.json", body)

    assert find_prediction(A, services).state == "in_batch"
