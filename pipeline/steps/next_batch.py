"""Which batch begins next, if one may: what waits longest, when there is enough of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from pipeline.images import Batch, Champion, Flights
from pipeline.names import BatchId
from pipeline.ports import Services
from pipeline.steps.flights import find_batch
from pipeline.steps.waiting import waiting_lists
from pipeline.waiting_lists import DROPPED, WaitingList

# One function reads so many lists, and SageMaker so many parts, in good time.
MOST_LISTS = 1000
# Some three minutes of work for an instance, about as long as it takes to start one.
INSTANCE_IMAGES = 10_000
# The first job without any answer may be a single image's fault: it is followed at once.
MOST_DELAY = timedelta(hours=6)
# What has not been tried yet does not wait for an image that ends every container.
MOST_DELAY_OF_NEW = timedelta(minutes=30)


def next_batch(champion: Champion, flights: Flights, services: Services) -> Batch | None:
    settings = services.settings
    instances = settings.max_instances - flights.instances
    if len(flights.flights) >= settings.batches_in_flight or instances < 1:
        return None
    lists = next(
        (lists for lists in _groups(flights, services) if _may_begin(lists, flights, services)), ()
    )
    if not lists:
        return None
    images = sum(one.count for one in lists)
    return Batch(
        champion=champion,
        lists=tuple(one.key for one in lists),
        number=flights.number + 1,
        instances=min(instances, -(-images // INSTANCE_IMAGES)),
        documents=settings.documents,
        part_images=settings.part_images,
        began=services.clock.now(),
    )


def _groups(flights: Flights, services: Services) -> Iterator[list[WaitingList]]:
    """Group by group, the one that waits longest first: as many lists as one batch takes."""
    taken = {key for flight in flights.flights for key in _lists_of(flight.batch, services)}
    free = [one for one in waiting_lists(services) if one.key not in taken]
    for group in dict.fromkeys(one.group for one in free):
        chosen: list[WaitingList] = []
        images = 0
        for one in free:
            if one.group == group:
                images += one.count
                if chosen and images > services.settings.batch_images_most:
                    break
                chosen.append(one)
        yield chosen[:MOST_LISTS]


def _may_begin(lists: Sequence[WaitingList], flights: Flights, services: Services) -> bool:
    """A trickle is gathered, rather than keeping an instance busy round the clock."""
    now = services.clock.now()
    if flights.began is None:
        return True
    is_new = lists[0].group == DROPPED
    if now < flights.began + _delay(flights, MOST_DELAY_OF_NEW if is_new else MOST_DELAY, services):
        return False
    enough = sum(one.count for one in lists) >= services.settings.batch_images_least
    window = timedelta(minutes=services.settings.batch_window_minutes)
    return enough or not is_new or now >= flights.began + window


def _delay(flights: Flights, most: timedelta, services: Services) -> timedelta:
    """Grows with every job in a row that gave no answer at all."""
    if flights.fruitless < 2:
        return timedelta(0)
    first = timedelta(minutes=services.settings.quota_delay_minutes)
    return min(most, first * (1 << min(flights.fruitless - 2, 16)))


def _lists_of(batch: BatchId, services: Services) -> Sequence[str]:
    found = find_batch(batch, services)
    return found.lists if found else ()
