"""What happens around batches: images are dropped, a job answers and ends, a document is read."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from pipeline.events import BatchEnded, ImageDropped, PartPredicted
from pipeline.images import Batch, WaitingImage
from pipeline.names import BatchId, batch_key, prediction_key
from pipeline.references import load_part
from pipeline.steps.batches import finish_batch, finish_part, start_batch
from pipeline.steps.images import take_in
from pipeline.waiting_lists import WaitingList, load
from tests.fakes.services import FakeServices, fake_services
from tests.support.job_outputs import row
from tests.support.samples import CHAMPION, SETTINGS, dropped

PART = "part-00000"
AT_ONCE = replace(SETTINGS, batch_window_minutes=0)


def drop(services: FakeServices, *keys: str, **given: Any) -> list[ImageDropped]:
    """Images that have been put, and taken in together."""
    images = [dropped(key, services.objects.put(key, key.encode()), **given) for key in keys]
    take_in(images, services)
    services.clock.advance(milliseconds=1)  # who comes next comes later
    return images


def with_batch_of(*keys: str) -> FakeServices:
    """The images have been dropped, and are in flight."""
    services = fake_services(champion=CHAMPION, settings=AT_ONCE)
    drop(services, *keys)
    start_batch(services)
    return services


def drop_many(services: FakeServices, number: int) -> None:
    """So many images, one list."""
    take_in((dropped(f"images/{n}.jpg") for n in range(number)), services)


def started(services: FakeServices) -> Batch:
    [batch] = services.jobs.started.values()
    assert isinstance(batch, Batch)
    return batch


def waiting_images(services: FakeServices) -> list[WaitingImage]:
    """Those on any list, the oldest list first."""
    lists = services.objects.list("waiting/")
    return [image for key in lists for image in load(services.objects.read(key))]


def waiting_lists(services: FakeServices) -> list[WaitingList]:
    return [found for key in services.objects.list("waiting/") if (found := WaitingList.parse(key))]


def batch_in_flight(services: FakeServices) -> BatchId:
    [batch] = services.images.in_flight()
    return batch


def keys_in_flight(services: FakeServices) -> list[str]:
    return [image.key for image in referred(services, batch_in_flight(services))]


def referred(services: FakeServices, batch: BatchId) -> list[WaitingImage]:
    """The images that a batch's job is to predict."""
    keys = services.objects.list(batch_key(batch, "input/"))
    return [image for key in keys for image in load_part(services.objects.read(key))]


def answer(
    services: FakeServices,
    batch: BatchId,
    *,
    part: str = PART,
    without: Collection[str] = (),
    codes: Mapping[str, str] | None = None,
) -> PartPredicted:
    """The job writes its answers for a part: none for `without`, an error for those with a code."""
    images = load_part(services.objects.read(batch_key(batch, f"input/{part}.jsonl")))
    rows = [
        row(image, services.clock.now(), code=(codes or {}).get(image.key))
        for image in images
        if image.key not in without
    ]
    key = batch_key(batch, f"output/{part}.jsonl.out")
    body = "".join(json.dumps(one) + "\n" for one in rows).encode()
    services.objects.write(key, body)
    return PartPredicted(batch, part, key)


def tell(services: FakeServices, predicted: PartPredicted) -> None:
    finish_part(predicted, services)


def end(
    services: FakeServices, batch: BatchId, *, failed: str | None = None, no_room: bool = False
) -> None:
    status = BatchEnded(batch, "Failed" if failed else "Completed", failed, no_room)
    finish_batch(status, services)


def document(services: FakeServices, key: str) -> dict[str, Any]:
    found: dict[str, Any] = services.objects.json(prediction_key(key))
    return found


def rows(services: FakeServices, batch: BatchId) -> list[dict[str, Any]]:
    """All that the batch's files say, part by part."""
    keys = services.objects.list(f"predictions/_batches/{batch}/")
    return [json.loads(line) for key in keys for line in services.objects.read(key).splitlines()]


def keys_of(found: list[dict[str, Any]]) -> list[str]:
    return [one["image"]["key"] for one in found]
