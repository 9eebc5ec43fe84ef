"""Batches of images: one starts when a slot is free, and frees it when its documents are written.

An image waits in the ledger until its document is written, so whatever goes wrong in between it
is in the next batch again.
"""

from __future__ import annotations

from functools import partial

from pipeline import batch_records
from pipeline.errors import QuotaRefused
from pipeline.events import BatchEnded
from pipeline.images import Batch, WaitingImage
from pipeline.names import BatchId, batch_key, job_name
from pipeline.ports import Services, free_slots
from pipeline.steps.copies import copy_images, delete_copies
from pipeline.steps.predictions import write_predictions
from pipeline.steps.subjects import do_all


def start_batch(services: Services) -> None:
    """Predicts what waits, as one batch; does nothing without a model or a free slot."""
    champion = services.runs.champion()
    slots = free_slots(services.images, services.settings) if champion else ()
    for slot in slots:
        images = _free_images(services)
        if not champion or not images:
            return
        batch = Batch(champion=champion, images=tuple(images))
        # Written before the slot is claimed: whoever finds the claim can go on with the batch.
        _record(batch, services)
        if services.images.claim(slot, batch.id):
            _launch(batch, services)


def reconcile_batches(services: Services) -> None:
    """Looks after every batch in flight, then starts one if it may."""
    batches = sorted(set(services.images.in_flight().values()))
    do_all(
        [
            *(partial(_reconcile_batch, batch, services) for batch in batches),
            partial(start_batch, services),
        ]
    )


def finish_batch(event: BatchEnded, services: Services) -> None:
    """Writes the documents of a batch and frees its slot; a failed job may have answers too."""
    slots = [slot for slot, held in services.images.in_flight().items() if held == event.batch]
    if slots:
        batch = _load(event.batch, services)
        reason = event.reason or f"the job was {event.status.lower()}"
        write_predictions(batch, reason, services, found_no_room=event.found_no_room)
        delete_copies(batch.id, services)
        for slot in slots:
            services.images.release(slot, event.batch)
    start_batch(services)


def _reconcile_batch(batch: BatchId, services: Services) -> None:
    outcome = services.jobs.outcome("batch", job_name(services.settings, "batch", batch))
    if outcome is None:
        # Its starter was kept out by a quota, or ended early.
        _launch(_load(batch, services), services)
    elif outcome.status:
        finish_batch(
            BatchEnded(batch, outcome.status, outcome.reason, outcome.found_no_room), services
        )


def _launch(batch: Batch, services: Services) -> None:
    """Copies the images and starts the job; may be repeated."""
    names = copy_images(batch, services)
    if not names:
        finish_batch(BatchEnded(batch.id, "Completed"), services)
        return
    try:
        services.jobs.start_batch(batch, names)
    except QuotaRefused as refused:
        # Written anew at each try: the bucket's lifecycle must not take it from a batch that waits.
        _record(batch, services)
        services.telemetry.log("batch waits for a quota", batch=batch.id, reason=str(refused))
        return
    services.telemetry.log("batch started", batch=batch.id, images=len(names))


def _free_images(services: Services) -> list[WaitingImage]:
    """What waits and is in no batch in flight."""
    taken = {
        (image.key, image.edition)
        for batch in services.images.in_flight().values()
        for image in _load(batch, services).images
    }
    limit = services.settings.batch_images
    waiting = services.images.waiting(limit + len(taken))
    return [image for image in waiting if (image.key, image.edition) not in taken][:limit]


def _record(batch: Batch, services: Services) -> None:
    services.objects.write(batch_key(batch.id, "batch.json"), batch_records.dump(batch))


def _load(batch: BatchId, services: Services) -> Batch:
    return batch_records.load(services.objects.read(batch_key(batch, "batch.json")))
