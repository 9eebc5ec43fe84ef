"""When a batch begins, what it takes, and that it begins once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.errors import QuotaRefused
from pipeline.names import BatchId
from pipeline.steps.batches import reconcile_batches, start_batch
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
    waiting_images,
)
from tests.support.samples import CHAMPION, SETTINGS

TRICKLE = replace(SETTINGS, batch_window_minutes=10, batch_images_least=3)


def test_nothing_starts_without_a_model_that_serves() -> None:
    services = fake_services()
    drop(services, "images/a.jpg")

    start_batch(services)

    assert services.images.in_flight() == []


def test_nothing_starts_when_nothing_waits() -> None:
    services = fake_services(champion=CHAMPION)

    start_batch(services)

    assert services.images.in_flight() == []


def test_images_that_come_during_a_batch_are_coalesced_into_the_next_one() -> None:
    services = fake_services(champion=CHAMPION, settings=AT_ONCE)
    drop(services, "images/a.jpg")
    start_batch(services)
    first = batch_in_flight(services)
    for key in ("images/b.jpg", "images/c.jpg"):
        drop(services, key)
        start_batch(services)
    answer(services, first)

    end(services, first)

    assert [image.key for image in referred(services, batch_in_flight(services))] == [
        "images/b.jpg",
        "images/c.jpg",
    ]


def test_a_batch_has_its_images_in_parts_of_lines() -> None:
    services = fake_services(champion=CHAMPION)
    drop_many(services, 4001)

    start_batch(services)

    batch = batch_in_flight(services)
    parts = services.objects.list(f"batches/{batch}/input/")
    assert [key.rpartition("/")[2] for key in parts] == [
        "part-00000.jsonl",
        "part-00001.jsonl",
        "part-00002.jsonl",
    ]
    lines = [len(services.objects.read(key).splitlines()) for key in parts]
    assert lines == [63, 63, 1]
    assert len(referred(services, batch)) == 4001


def test_a_batch_is_predicted_by_the_model_that_served_when_it_started() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")

    start_batch(services)

    assert started(services).champion == CHAMPION


def test_a_batch_over_the_quota_keeps_its_images_and_is_launched_later() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    services.jobs.refuse("batch")
    start_batch(services)
    batch = batch_in_flight(services)
    record = f"batches/{batch}/batch.json"
    first = services.objects.put(record, services.objects.read(record))

    reconcile_batches(services)

    # The record is written anew, before the lifecycle takes it from a batch that waits.
    assert services.objects.are_overwritten([(record, first)]) == [True]
    services.jobs.admit("batch")
    reconcile_batches(services)
    assert services.jobs.names() == [f"kennel-test-batch-{batch}"]
    assert len(waiting_images(services)) == 1


def test_a_batch_over_the_quota_asks_for_fewer_instances_the_next_time() -> None:
    services = fake_services(champion=CHAMPION, settings=replace(AT_ONCE, max_instances=5))
    drop_many(services, 50_000)
    services.jobs.refuse("batch")
    start_batch(services)
    reconcile_batches(services)

    services.jobs.admit("batch")
    reconcile_batches(services)

    assert started(services).instances == 2


@pytest.mark.parametrize("refusal", ["access", "quota"])
def test_somebody_is_told_of_a_batch_that_sagemaker_does_not_take(refusal: str) -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    services.jobs.refuse("batch")
    start_batch(services)
    if refusal == "access":
        services.jobs.forbid("batch", "not authorized")
    else:
        services.clock.advance(hours=SETTINGS.quota_patience_hours)

    with pytest.raises(ExceptionGroup) as raised:
        reconcile_batches(services)

    assert raised.group_contains(QuotaRefused)
    assert len(services.images.in_flight()) == 1


@pytest.mark.parametrize("lost", ["model", "record"])
def test_a_batch_that_can_never_be_launched_holds_nothing_up(lost: str) -> None:
    services = fake_services(champion=CHAMPION, settings=AT_ONCE)
    drop(services, "images/a.jpg")
    services.jobs.refuse("batch")
    start_batch(services)
    batch = batch_in_flight(services)
    services.jobs.admit("batch")
    if lost == "model":
        services.jobs.refuse_for_good("batch", "Could not find model")
        reconcile_batches(services)
        services.jobs.take_again("batch")
    else:
        services.objects.destroy(f"batches/{batch}/batch.json")
    services.clock.advance(hours=1)

    reconcile_batches(services)

    assert batch_in_flight(services) != batch
    assert len(services.jobs.names()) == 1
    assert len(waiting_images(services)) == 1


def test_two_functions_that_begin_at_once_begin_one_batch() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    services.images.interleave(lambda: start_batch(services))

    start_batch(services)

    assert len(services.jobs.names()) == 1
    assert len(services.images.in_flight()) == 1


def test_a_batch_nobody_knows_starts_what_waits() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")

    end(services, BatchId("unknownbat"))

    assert len(services.jobs.names()) == 1
