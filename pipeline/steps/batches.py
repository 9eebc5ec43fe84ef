"""Batches of images: one begins when enough waits, or has waited long enough, and a job is free.

What a batch takes stays on its waiting lists until all of it is settled, so whatever goes wrong in
between, it is in a later batch again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from pipeline import batch_records
from pipeline.errors import AccessRefused, JobRefused, LedgerConflict, QuotaRefused
from pipeline.events import BatchEnded, EndStatus, PartPredicted
from pipeline.images import Batch, WaitingImage
from pipeline.names import BatchId, batch_key, job_name
from pipeline.ports import JobOutcome, Services
from pipeline.references import chunks, dump_part, part_name
from pipeline.steps.batch_ends import end_batch
from pipeline.steps.flights import find_batch, free
from pipeline.steps.next_batch import next_batch
from pipeline.steps.parts import settle_part
from pipeline.steps.quota import patience
from pipeline.steps.subjects import do_all
from pipeline.waiting_lists import load


def start_batch(services: Services) -> None:
    """Predicts what waits; does nothing without a model, a free job, or enough to do."""
    champion = services.runs.champion()
    while champion:
        flights = services.images.flights()
        batch = next_batch(champion, flights, services)
        if batch is None:
            return
        # Written before the claim: whoever finds the claim can go on with the batch.
        _record(batch, services)
        try:
            services.images.save_flights(flights.with_batch(batch), replacing=flights)
        except LedgerConflict:  # somebody else has begun or ended one: it is decided again
            continue
        _launch(batch, services)


def finish_batch(event: BatchEnded, services: Services) -> None:
    """The job has ended: what it left is settled, and the next batch may begin."""
    batch = find_batch(event.batch, services)
    if batch is not None:
        end_batch(batch, event, services)
    start_batch(services)


def finish_part(event: PartPredicted, services: Services) -> None:
    """A part has been answered: it is settled, and the batch with it if it was the last."""
    batch = find_batch(event.batch, services)
    if batch is None:
        return
    settle_part(batch, event.part, event.key, services)
    outcome = services.jobs.outcome("batch", job_name(services.settings, "batch", batch.id))
    if outcome and outcome.status:
        finish_batch(_ended(batch.id, outcome.status, outcome), services)


def reconcile_batches(services: Services) -> None:
    """Looks after every batch in flight, then begins what may begin.

    Raises:
        ExceptionGroup: what went wrong, after all have been looked after.
    """
    flights = services.images.flights().flights
    do_all(
        [
            *(partial(_reconcile, flight.batch, services) for flight in flights),
            partial(start_batch, services),
        ]
    )


def _reconcile(batch: BatchId, services: Services) -> None:
    outcome = services.jobs.outcome("batch", job_name(services.settings, "batch", batch))
    found = find_batch(batch, services)
    if found is None:
        return
    if outcome is None:
        _launch(found, services)
    elif outcome.status:
        event = _ended(batch, outcome.status, outcome)
        end_batch(found, event, services, in_time=True)


def _ended(batch: BatchId, status: EndStatus, outcome: JobOutcome) -> BatchEnded:
    blameless = outcome.found_no_room or outcome.service_failed
    return BatchEnded(batch, status, outcome.reason, blameless)


def _launch(batch: Batch, services: Services) -> None:
    """Writes the parts and starts the job; may be repeated.

    Raises:
        QuotaRefused: it waits, and somebody should be told.
    """
    _write_parts(batch, services)
    try:
        services.jobs.start_batch(batch)
    except QuotaRefused as refused:
        _wait_for_room(batch, refused, services)
    except JobRefused as refused:
        # Its images wait on, and those who can mend the deployment are told by and by.
        services.telemetry.log("batch was refused", batch=batch.id, reason=str(refused))
        free(batch.id, services, answered=False, reason=str(refused))
    else:
        services.telemetry.log(
            "batch started", batch=batch.id, lists=len(batch.lists), instances=batch.instances
        )


def _wait_for_room(batch: Batch, refused: QuotaRefused, services: Services) -> None:
    """The job is asked for later; with fewer instances, as the account may never have so many.

    Written anew at each try: the bucket's lifecycle must not take it from a batch that waits.
    """
    _record(replace(batch, instances=-(-batch.instances // 2)), services)
    services.telemetry.log("batch waits for a quota", batch=batch.id, reason=str(refused))
    waited = services.clock.now() - batch.began
    if isinstance(refused, AccessRefused) or waited >= patience(services):
        raise refused


def _write_parts(batch: Batch, services: Services) -> None:
    for number, images in enumerate(chunks(_images(batch, services), batch.part_images)):
        services.objects.write(
            batch_key(batch.id, f"input/{part_name(number)}.jsonl"),
            dump_part(
                images,
                bucket=services.settings.bucket,
                max_bytes=services.settings.max_image_bytes,
                costs=True,
            ),
            content_type="application/jsonlines",
        )


def _images(batch: Batch, services: Services) -> Iterator[WaitingImage]:
    """Some lists at a time: a batch may be larger than a function's memory."""
    for keys in chunks(batch.lists, 16):
        bodies = services.objects.read_many(keys)
        for key in keys:
            yield from load(bodies.get(key, b""))  # none if somebody has deleted the list


def _record(batch: Batch, services: Services) -> None:
    services.objects.write(batch_key(batch.id, "batch.json"), batch_records.dump(batch))
