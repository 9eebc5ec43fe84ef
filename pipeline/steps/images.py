"""Images have been dropped: they wait in the ledger until a batch takes them."""

from __future__ import annotations

from pipeline.events import Delivery, ImageDropped
from pipeline.images import WaitingImage
from pipeline.ports import Services
from pipeline.steps.batches import start_batch


def take_images(deliveries: tuple[Delivery, ...], services: Services) -> None:
    """Every image is in the ledger when this returns; a batch starts if one may."""
    images = [image for delivery in deliveries for image in delivery.images if not image.is_folder]
    for image in _newest(images, services):
        services.images.wait(WaitingImage(image=image))
        _log(image, services)
    start_batch(services)


def _newest(images: list[ImageDropped], services: Services) -> list[ImageDropped]:
    """Without what came so late that a newer version lies there, perhaps with its document.

    That version is told of by an event of its own.
    """
    overwritten = services.objects.are_overwritten([(one.key, one.version) for one in images])
    return [image for image, old in zip(images, overwritten, strict=True) if not old]


def _log(image: ImageDropped, services: Services) -> None:
    services.telemetry.log("image waits", image=image.key, version=image.version, size=image.size)
    services.telemetry.count("ImagesDropped")
