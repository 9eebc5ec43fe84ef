"""Waiting lists: images that came together, as one object whose name says when and how many.

The names sort by arrival, so that who waits longest is taken first. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from pipeline.images import WaitingImage
from pipeline.names import WAITING, derived_id

# Dropped images may share a batch; another group has a batch of its own.
DROPPED = "dropped"
TIME = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, kw_only=True)
class WaitingList:
    """What a list's key tells of it."""

    arrived: datetime
    group: str
    count: int
    digest: str

    @property
    def key(self) -> str:
        arrived = self.arrived.astimezone(UTC).strftime(TIME)
        return f"{WAITING}{arrived}-{self.group}-{self.count}-{self.digest}.jsonl"

    @classmethod
    def parse(cls, key: str) -> WaitingList | None:
        """None if the key is not one of a list: somebody else's object."""
        arrived, *rest = key.removeprefix(WAITING).removesuffix(".jsonl").split("-")
        try:
            group, count, digest = rest
            time = datetime.strptime(arrived, TIME).replace(tzinfo=UTC)
            found = cls(arrived=time, group=group, count=int(count), digest=digest)
        except ValueError:
            return None
        return found if found.key == key else None


def waiting_list(
    images: Sequence[WaitingImage], *, arrived: datetime, group: str = DROPPED
) -> WaitingList:
    """The same images at the same time are the same list."""
    digest = derived_id(*(f"{image.key} {image.edition} {image.attempts}" for image in images))
    return WaitingList(arrived=arrived, group=group, count=len(images), digest=digest)


def parsed(key: str) -> WaitingList:
    """Of a list that has been found before."""
    found = WaitingList.parse(key)
    assert found is not None, f"{key} has been taken for a waiting list"
    return found


def dump(images: Sequence[WaitingImage]) -> bytes:
    rows = (json.dumps(asdict(image), ensure_ascii=False) for image in images)
    return "".join(f"{row}\n" for row in rows).encode()


def load(body: bytes) -> list[WaitingImage]:
    return [WaitingImage(**json.loads(row)) for row in body.split(b"\n") if row]
