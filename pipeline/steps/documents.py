"""Documents are written once an image's edition, and never over a newer one's."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.documents import is_of
from pipeline.images import WaitingImage
from pipeline.names import prediction_key
from pipeline.ports import ObjectVanished, Services


def write_documents(documents: Mapping[WaitingImage, bytes], services: Services) -> None:
    """May be repeated, late, and side by side with other versions of the same images."""
    # Of two editions of one key the later one stands.
    ordered = sorted(documents, key=lambda image: image.order)
    at = {prediction_key(image.key): image for image in ordered}
    bodies = {key: documents[image] for key, image in at.items()}
    for key in services.objects.create_many(bodies):
        _replace(key, at[key], bodies[key], services)
    # An edition of which no event told has no place in that order: the bucket knows.
    for image in ordered:
        key = prediction_key(image.key)
        if at[key] != image:
            _replace(key, image, documents[image], services)


def _replace(key: str, image: WaitingImage, body: bytes, services: Services) -> None:
    """Another document lies there: it gives way only if ours is of the image's newest version."""
    replaced = False
    while not replaced:
        try:
            found, etag = services.objects.read_with_etag(key)
        except ObjectVanished:  # deleted by its user at this very moment
            replaced = not services.objects.create_many({key: body})
            continue
        [overwritten] = services.objects.are_overwritten([(image.key, image.version)])
        if overwritten or is_of(found, image):
            return
        replaced = services.objects.replace(key, body, etag=etag)
