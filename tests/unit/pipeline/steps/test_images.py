from __future__ import annotations

import pytest

from pipeline.events import Delivery
from pipeline.steps.images import take_images
from tests.fakes.services import FakeServices, fake_services
from tests.support.batch_story import batch_in_flight, referred, waiting_images, waiting_lists
from tests.support.samples import CHAMPION, dropped


def dropped_in(services: FakeServices, *keys: str, **given: object) -> tuple[Delivery, ...]:
    """One message for each image that has just been put."""
    return tuple(
        Delivery(f"m{n}", (dropped(key, services.objects.put(key, b"a dog"), **given),))
        for n, key in enumerate(keys)
    )


def test_images_dropped_before_any_model_serves_wait_on_one_list() -> None:
    services = fake_services()

    take_images(dropped_in(services, "images/b.jpg", "images/a.jpg"), services)

    assert [image.key for image in waiting_images(services)] == ["images/b.jpg", "images/a.jpg"]
    assert [one.count for one in waiting_lists(services)] == [2]
    assert services.jobs.names() == []
    assert services.telemetry.counts["ImagesDropped"] == 2
    [(_, details)] = services.telemetry.lines
    assert details["images"] == ["images/b.jpg", "images/a.jpg"]


def test_images_are_predicted_in_one_batch_when_a_model_serves() -> None:
    services = fake_services(champion=CHAMPION)

    take_images(dropped_in(services, "images/a.jpg", "images/sub/b.jpg"), services)

    batch = batch_in_flight(services)
    assert services.jobs.names() == [f"kennel-test-batch-{batch}"]
    assert len(referred(services, batch)) == 2


def test_an_image_told_twice_is_predicted_once() -> None:
    services = fake_services(champion=CHAMPION)
    deliveries = dropped_in(services, "images/a.jpg")

    for _ in range(2):
        take_images(deliveries, services)

    assert len(waiting_images(services)) == 1


def test_an_image_told_of_again_after_its_document_was_written_is_not_predicted_again() -> None:
    services = fake_services()
    deliveries = dropped_in(services, "images/a.jpg")
    take_images(deliveries, services)
    services.objects.delete_many(services.objects.list("waiting/"))

    take_images(deliveries, services)

    assert waiting_images(services) == []


def test_a_version_told_of_after_a_newer_one_is_left_out() -> None:
    services = fake_services()
    [late] = dropped_in(services, "images/a.jpg", sequencer="9B")
    # As a text "9B" is greater than "10A"; the shorter sequencer is the older one.
    [newer] = dropped_in(services, "images/a.jpg", sequencer="10A")

    take_images((newer,), services)
    take_images((late,), services)

    assert [image.sequencer for image in waiting_images(services)] == ["10A"]


def test_of_two_versions_in_one_call_the_newer_one_waits() -> None:
    services = fake_services()
    [older] = dropped_in(services, "images/a.jpg", sequencer="01")
    [newer] = dropped_in(services, "images/a.jpg", sequencer="02")

    take_images((newer, older), services)

    assert [image.sequencer for image in waiting_images(services)] == ["02"]


def test_a_function_that_ends_before_the_ledger_knows_loses_no_image() -> None:
    services = fake_services()
    deliveries = dropped_in(services, "images/a.jpg")
    services.images.break_remembering(ConnectionError("ended"))
    with pytest.raises(ConnectionError):
        take_images(deliveries, services)
    services.images.mend_remembering()

    take_images(deliveries, services)

    assert {image.key for image in waiting_images(services)} == {"images/a.jpg"}


def test_a_batch_that_cannot_start_fails_no_delivery() -> None:
    services = fake_services(champion=CHAMPION)
    services.jobs.break_down(ConnectionError("SageMaker is away"))

    take_images(dropped_in(services, "images/a.jpg"), services)

    assert len(waiting_images(services)) == 1
    assert services.telemetry.counts["BatchesNotStarted"] == 1


def test_a_folder_made_in_the_console_is_no_image() -> None:
    services = fake_services(champion=CHAMPION)

    take_images((Delivery("m", (dropped("images/new folder/", size=0),)),), services)

    assert waiting_images(services) == []
    assert services.jobs.names() == []


def test_a_message_that_brings_no_image_starts_what_waits() -> None:
    services = fake_services()
    take_images(dropped_in(services, "images/a.jpg"), services)
    services.runs.serve(CHAMPION)

    take_images((Delivery("test message", ()),), services)

    assert len(services.jobs.names()) == 1
