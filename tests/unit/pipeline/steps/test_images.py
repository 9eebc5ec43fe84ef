from __future__ import annotations

from pipeline.events import Delivery
from pipeline.steps.images import take_images
from tests.fakes.services import FakeServices, fake_services
from tests.support.samples import CHAMPION, dropped


def dropped_in(services: FakeServices, *keys: str) -> tuple[Delivery, ...]:
    """One message for each image that has just been put."""
    return tuple(
        Delivery(f"m{n}", (dropped(key, services.objects.put(key, b"a dog")),))
        for n, key in enumerate(keys)
    )


def test_images_dropped_before_any_model_serves_wait() -> None:
    services = fake_services()

    take_images(dropped_in(services, "images/a.jpg", "images/sub/b.jpg"), services)

    assert services.images.count() == 2
    assert services.jobs.names() == []
    assert services.telemetry.counts["ImagesDropped"] == 2
    assert [details["image"] for _, details in services.telemetry.lines] == [
        "images/a.jpg",
        "images/sub/b.jpg",
    ]


def test_images_are_predicted_in_one_batch_when_a_model_serves() -> None:
    services = fake_services(champion=CHAMPION)

    take_images(dropped_in(services, "images/a.jpg", "images/sub/b.jpg"), services)

    [batch] = services.images.in_flight().values()
    assert services.jobs.names() == [f"kennel-test-batch-{batch}"]
    assert len(services.objects.list(f"batches/{batch}/input/")) == 2


def test_an_image_told_twice_is_in_one_batch() -> None:
    services = fake_services(champion=CHAMPION)
    deliveries = dropped_in(services, "images/a.jpg")

    for _ in range(2):
        take_images(deliveries, services)

    assert len(services.jobs.names()) == 1
    assert services.images.count() == 1


def test_a_version_told_of_after_a_newer_one_was_predicted_takes_no_document_away() -> None:
    services = fake_services(champion=CHAMPION)
    [late] = dropped_in(services, "images/a.jpg")
    take_images(dropped_in(services, "images/a.jpg"), services)
    [newer] = services.images.waiting(10)
    services.images.settle(newer)

    take_images((late,), services)

    assert services.images.count() == 0


def test_a_folder_made_in_the_console_is_no_image() -> None:
    services = fake_services(champion=CHAMPION)

    take_images((Delivery("m", (dropped("images/new folder/", size=0),)),), services)

    assert services.images.count() == 0
    assert services.jobs.names() == []


def test_an_empty_file_that_is_no_folder_waits_for_its_document() -> None:
    services = fake_services()

    take_images((Delivery("m", (dropped("images/empty.jpg", size=0),)),), services)

    assert services.images.count() == 1


def test_a_message_that_brings_no_image_starts_what_waits() -> None:
    services = fake_services()
    take_images(dropped_in(services, "images/a.jpg"), services)
    later = fake_services(champion=CHAMPION)
    later.images.wait(services.images.waiting(1)[0])
    later.objects.put("images/a.jpg", b"a dog")

    take_images((Delivery("test message", ()),), later)

    assert len(later.jobs.names()) == 1
