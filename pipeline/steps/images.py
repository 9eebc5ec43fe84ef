"""Images have been dropped: they wait in the ledger until a batch takes them."""

from __future__ import annotations

from pipeline.events import Delivery, ImageDropped
from pipeline.images import WaitingImage
from pipeline.ports import Services
from pipeline.steps.batches import start_batch


def take_images(deliveries: tuple[Delivery, ...], services: Services) -> None:
    """Every image is in the ledger when this returns; a batch starts if one may."""
    images = [image for delivery in deliveries for image in delivery.images if not image.is_folder]
    for image in images:
        services.images.wait(WaitingImage(image=image))
        _log(image, services)
    start_batch(services)


def _log(image: ImageDropped, services: Services) -> None:
    services.telemetry.log("image waits", image=image.key, version=image.version, size=image.size)
    services.telemetry.count("ImagesDropped")
