"""What happens around batches: images are dropped, a job ends, a document is read."""

from __future__ import annotations

from pipeline.events import BatchEnded
from pipeline.images import WaitingImage
from pipeline.names import BatchId, prediction_key
from pipeline.steps.batches import finish_batch
from tests.fakes.services import FakeServices
from tests.support.samples import waiting


def drop(services: FakeServices, *keys: str, **given: int) -> list[WaitingImage]:
    """Images that have been put and wait."""
    images = [waiting(key, services.objects.put(key, key.encode()), **given) for key in keys]
    for image in images:
        services.images.wait(image)
    return images


def batch_in_flight(services: FakeServices) -> BatchId:
    [batch] = services.images.in_flight().values()
    return batch


def end(services: FakeServices, batch: BatchId, *, failed: str | None = None) -> None:
    status = BatchEnded(batch, "Failed" if failed else "Completed", failed)
    finish_batch(status, services)


def document(services: FakeServices, key: str) -> dict[str, object]:
    found: dict[str, object] = services.objects.json(prediction_key(key))
    return found
