"""Which batch begins next: by arrival, with as many instances as the backlog needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.steps.batches import start_batch
from tests.fakes.services import fake_services
from tests.support.batch_story import (
    AT_ONCE,
    answer,
    batch_in_flight,
    drop,
    drop_many,
    end,
    referred,
    started,
)
from tests.support.samples import CHAMPION, SETTINGS

TRICKLE = replace(SETTINGS, batch_window_minutes=10, batch_images_least=3)


def test_who_came_first_is_predicted_first_whatever_it_is_called() -> None:
    settings = replace(AT_ONCE, batch_images_most=1)
    services = fake_services(champion=CHAMPION, settings=settings)
    drop(services, "images/zoe.jpg")
    services.clock.advance(seconds=1)
    drop(services, "images/a.jpg")

    start_batch(services)

    assert [image.key for image in referred(services, batch_in_flight(services))] == [
        "images/zoe.jpg"
    ]


def test_a_trickle_is_gathered_for_a_window() -> None:
    services = fake_services(champion=CHAMPION, settings=TRICKLE)
    drop(services, "images/a.jpg")
    start_batch(services)
    first = batch_in_flight(services)
    answer(services, first)
    drop(services, "images/b.jpg")
    end(services, first)
    assert services.images.in_flight() == []

    services.clock.advance(minutes=10)
    start_batch(services)

    assert len(referred(services, batch_in_flight(services))) == 1


def test_enough_images_wait_for_no_window() -> None:
    services = fake_services(champion=CHAMPION, settings=TRICKLE)
    drop(services, "images/a.jpg")
    start_batch(services)
    first = batch_in_flight(services)
    answer(services, first)
    drop(services, "images/b.jpg", "images/c.jpg", "images/d.jpg")

    end(services, first)

    assert len(referred(services, batch_in_flight(services))) == 3


def test_as_many_batches_are_in_flight_as_the_settings_allow() -> None:
    settings = replace(AT_ONCE, batches_in_flight=2, batch_images_most=1)
    services = fake_services(champion=CHAMPION, settings=settings)
    for key in ("images/a.jpg", "images/b.jpg", "images/c.jpg"):
        drop(services, key)

    start_batch(services)

    assert len(services.jobs.names()) == 2
    both = [
        image.key for batch in services.images.in_flight() for image in referred(services, batch)
    ]
    assert sorted(both) == ["images/a.jpg", "images/b.jpg"]


@pytest.mark.parametrize(
    ("images", "most", "instances"), [(1, 2, 1), (10_000, 2, 1), (10_001, 2, 2), (30_001, 2, 2)]
)
def test_instances_follow_the_backlog(images: int, most: int, instances: int) -> None:
    services = fake_services(champion=CHAMPION, settings=replace(SETTINGS, max_instances=most))
    drop_many(services, images)

    start_batch(services)

    assert started(services).instances == instances
