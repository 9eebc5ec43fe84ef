"""Images whose events were lost are found by a listing."""

from __future__ import annotations

from dataclasses import replace

from pipeline.steps.untold_images import take_untold_images
from tests.fakes.services import FakeServices, fake_services
from tests.support.batch_story import drop, waiting_images
from tests.support.samples import SETTINGS


def waiting_keys(services: FakeServices) -> list[str]:
    return [image.key for image in waiting_images(services)]


def test_an_image_of_which_no_event_told_is_taken_in() -> None:
    services = fake_services()
    version = services.objects.put("images/lost.jpg", b"a dog")
    services.clock.advance(hours=2)

    take_untold_images(services)

    [image] = waiting_images(services)
    assert (image.key, image.version, image.size) == ("images/lost.jpg", version, 5)


def test_an_image_that_was_told_of_is_left_alone() -> None:
    services = fake_services()
    drop(services, "images/a.jpg")
    services.objects.delete_many(services.objects.list("waiting/"))  # as when it was predicted
    services.clock.advance(hours=2)

    take_untold_images(services)

    assert waiting_keys(services) == []


def test_a_version_of_which_no_event_told_is_taken_in() -> None:
    services = fake_services()
    drop(services, "images/a.jpg")
    newest = services.objects.put("images/a.jpg", b"newer")
    services.clock.advance(hours=2)

    take_untold_images(services)

    assert [image.version for image in waiting_images(services)][1:] == [newest]


def test_who_has_just_come_or_came_long_ago_is_not_looked_for() -> None:
    services = fake_services(settings=replace(SETTINGS, images_lookback_days=3))
    services.objects.put("images/old.jpg", b"old")
    services.clock.advance(days=4)
    services.objects.put("images/new.jpg", b"new")

    take_untold_images(services)

    assert waiting_keys(services) == []


def test_a_folder_is_no_image() -> None:
    services = fake_services()
    services.objects.put("images/folder/", b"")
    services.clock.advance(hours=2)

    take_untold_images(services)

    assert waiting_keys(services) == []


def test_a_listing_goes_on_where_the_last_call_ended() -> None:
    services = fake_services()
    keys = [f"images/{number:05d}.jpg" for number in range(10_001)]
    for key in keys:
        services.objects.put(key, b"a dog")
    services.clock.advance(hours=2)

    take_untold_images(services)
    assert len(waiting_keys(services)) == 10_000
    take_untold_images(services)

    assert sorted(waiting_keys(services)) == keys
    assert services.images.sweep().after is None
