"""A batch's own copies of its images: what its job reads, whatever becomes of the originals.

The exact versions are copied under plain names of their own: the user's keys could meet a newer
version, a deleted one, or two keys whose outputs have the same name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from pipeline.images import Batch, object_name, refusal
from pipeline.names import BatchId, batch_key
from pipeline.ports import Services

MISSING = "missing.json"


def copy_images(batch: Batch, services: Services) -> Sequence[str]:
    """The names of the copies that are there now; may be repeated."""
    most = services.settings.max_image_bytes
    copies = {
        batch_key(batch.id, f"input/{object_name(index)}"): (image.key, image.image.version)
        for index, image in enumerate(batch.images)
        if not refusal(image.image, max_bytes=most)
    }
    missing = services.objects.copy_many(copies)
    services.objects.write(batch_key(batch.id, MISSING), json.dumps(missing).encode())
    return [_name(target) for target in copies if target not in missing]


def missing_copies(batch: BatchId, services: Services) -> Mapping[str, str | None]:
    """Name to why the bucket refused the copy; None where the image was deleted."""
    record = batch_key(batch, MISSING)
    found = services.objects.read_many([record])  # none if its time is up: all are tried again
    missing: dict[str, str | None] = json.loads(found.get(record, b"{}"))
    return {_name(target): reason for target, reason in missing.items()}


def delete_copies(batch: BatchId, services: Services) -> None:
    services.objects.delete_many(services.objects.list(batch_key(batch, "input/")))


def _name(target: str) -> str:
    return target.rpartition("/")[2]
