"""A batch's job has ended: all of its parts are settled, and what has no answer waits again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from pipeline import batch_records
from pipeline.costs import added_up, per_image
from pipeline.events import BatchEnded
from pipeline.images import Batch
from pipeline.names import batch_key, pointer_key
from pipeline.ports import Services
from pipeline.references import part_name
from pipeline.steps.flights import free
from pipeline.steps.parts import SettledPart, outputs, settle_part, settled_parts
from pipeline.steps.unanswered import enlist_unanswered, enlist_unavailable
from pipeline.waiting_lists import parsed

# So many parts are settled by whoever ends the batch; more have events of their own, side by side.
FEW_PARTS = 4
# Well inside a function's time-out.
SETTLING_TIME = timedelta(seconds=120)


def end_batch(
    batch: Batch, event: BatchEnded, services: Services, *, in_time: bool = False
) -> None:
    """Settles what is not settled and concludes the batch; `in_time`: as much as there is time for.

    May be repeated: whoever settles the last part ends the batch.
    """
    answered = outputs(batch.id, services)
    settled = dict(settled_parts(batch.id, services))
    open_parts = [part for part in answered if part not in settled]
    if len(open_parts) > FEW_PARTS and not in_time:
        return
    last = services.clock.now() + SETTLING_TIME
    for part in open_parts:
        if services.clock.now() > last:
            return
        settled[part] = settle_part(batch, part, answered[part], services)
    _conclude(batch, settled, event, services)


def _conclude(
    batch: Batch, settled: Mapping[str, SettledPart], event: BatchEnded, services: Services
) -> None:
    reason = event.reason or f"the job was {event.status.lower()}"
    again = enlist_unanswered(batch, settled, event, reason, services)
    again += enlist_unavailable(batch, settled, services)
    _point_to(batch, again, services)
    # Tried again in the same moment as they came, the same images are the same list.
    services.objects.delete_many([key for key in batch.lists if key not in again])
    costs = added_up(part.costs for part in settled.values())
    if costs:
        services.objects.write(
            batch_key(batch.id, "batch.json"), batch_records.dump(replace(batch, costs=costs))
        )
    services.telemetry.log(
        "batch has ended",
        batch=batch.id,
        status=event.status,
        reason=event.reason,
        again=again,
        costs={**costs, **per_image(costs)},
    )
    answered = any(part.answered for part in settled.values())
    free(batch.id, services, answered=answered, reason=reason)


def _point_to(batch: Batch, again: Sequence[str], services: Services) -> None:
    """From each waiting list to the parts that hold its rows, and to where some wait again."""
    pointers, start = {}, 0
    for key in batch.lists:
        end = start + parsed(key).count
        parts = range(start // batch.part_images, -(-end // batch.part_images))
        record = {"batch": batch.id, "parts": [part_name(n) for n in parts], "again": list(again)}
        pointers[pointer_key(key)] = json.dumps(record).encode()
        start = end
    services.objects.write_many(pointers)
