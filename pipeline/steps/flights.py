"""The batches in flight: found, let go, and changed by one function at a time."""

from __future__ import annotations

from collections.abc import Callable

from pipeline import batch_records
from pipeline.errors import LedgerConflict
from pipeline.images import Batch, Flights
from pipeline.names import BatchId, batch_key
from pipeline.ports import ObjectVanished, Services

TOLD_AFTER = 3  # jobs without any answer


def find_batch(batch: BatchId, services: Services) -> Batch | None:
    """None if it is not in flight any more, or nothing is known of it: then it is let go."""
    if not services.images.flights().has(batch):
        return None
    try:
        return batch_records.load(services.objects.read(batch_key(batch, "batch.json")))
    except ObjectVanished:
        services.telemetry.log("batch has lost its record", batch=batch)
        free(batch, services, answered=False)
        return None


def free(batch: BatchId, services: Services, *, answered: bool, reason: str | None = None) -> None:
    """Lets go of a batch; told of when several in a row have given no answer at all."""
    at = services.clock.now()

    def without(flights: Flights) -> Flights:
        return flights.without(batch, answered=answered, at=at) if flights.has(batch) else flights

    fruitless = _change(without, services).fruitless
    if not answered and fruitless == TOLD_AFTER:
        services.notices.publish(
            "Kennel: images wait, as jobs give no answers",
            {"jobs": fruitless, "batch": batch, "reason": reason or "see its log"},
        )


def _change(change: Callable[[Flights], Flights], services: Services) -> Flights:
    """The flights as they are now; where somebody else changed them meanwhile, changed again."""
    while True:
        flights = services.images.flights()
        changed = change(flights)
        if changed == flights:
            return flights
        try:
            return services.images.save_flights(changed, replacing=flights)
        except LedgerConflict:
            continue
