"""Images have been dropped: they are put on a waiting list until a batch takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from pipeline.events import Delivery, ImageDropped
from pipeline.images import WaitingImage
from pipeline.ports import Services
from pipeline.steps.batches import start_batch
from pipeline.steps.waiting import enlist

IMAGES_NAMED = 10  # in a log line


def take_images(deliveries: tuple[Delivery, ...], services: Services) -> None:
    """Every image is on a waiting list when this returns; a batch starts if one may."""
    take_in((image for delivery in deliveries for image in delivery.images), services)
    try:
        start_batch(services)
    except Exception as error:  # the images are safe: their messages must not come again for this
        services.telemetry.log("batch could not start, reconcile will", error=repr(error))
        services.telemetry.count("BatchesNotStarted")


def take_in(dropped: Iterable[ImageDropped], services: Services) -> Sequence[WaitingImage]:
    """Those that are new, now on a waiting list; may be repeated.

    The list is written before the ledger: whoever is ended in between has images predicted twice
    when they are told of again, and loses none.
    """
    newest = _newest(map(WaitingImage.of, (image for image in dropped if not image.is_folder)))
    known = services.images.find_many(list(newest))
    new = [
        image for key, image in newest.items() if key not in known or not known[key].covers(image)
    ]
    if new:
        now = services.clock.now()
        until = now + timedelta(days=services.settings.images_memory_days)
        made = enlist(new, services, arrived=now)
        services.images.remember(new, waiting_list=made.key, until=until)
        _tell(new, made.key, services)
    return new


def _newest(images: Iterable[WaitingImage]) -> dict[str, WaitingImage]:
    """Of each key the newest edition, in the order in which they came."""
    newest: dict[str, WaitingImage] = {}
    for image in images:
        held = newest.get(image.key)
        if held is None or held.order <= image.order:
            newest[image.key] = image
    return newest


def _tell(images: Sequence[WaitingImage], waiting_list: str, services: Services) -> None:
    named = [image.key for image in images[:IMAGES_NAMED]]
    services.telemetry.log(
        "images wait", images=named, count=len(images), waiting_list=waiting_list
    )
    services.telemetry.count("ImagesDropped", len(images))
