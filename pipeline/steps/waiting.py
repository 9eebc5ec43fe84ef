"""The waiting lists in the bucket: put there, found in the order of arrival, counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.images import WaitingImage
from pipeline.names import WAITING
from pipeline.ports import Services
from pipeline.waiting_lists import DROPPED, WaitingList, dump, waiting_list

# More lists than all batches in flight can have taken: behind them there are always free ones.
MOST_LISTED = 10_000


def enlist(
    images: Sequence[WaitingImage], services: Services, *, arrived: datetime, group: str = DROPPED
) -> WaitingList:
    """From now on the images are in nobody else's care. May be repeated."""
    made = waiting_list(images, arrived=arrived, group=group)
    services.objects.write(made.key, dump(images), content_type="application/jsonlines")
    return made


def waiting_lists(services: Services) -> list[WaitingList]:
    """The oldest first, those of the batches in flight as well."""
    keys = services.objects.list(WAITING, limit=MOST_LISTED)
    return [found for found in map(WaitingList.parse, keys) if found]


def count_waiting(services: Services) -> int:
    """Images that have been taken in and are not concluded; at least, where there are very many."""
    return sum(found.count for found in waiting_lists(services))
