"""The waiting images and the batches in flight, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.images import WaitingImage
from pipeline.names import BatchId


class FakeImages:
    def __init__(self) -> None:
        self._waiting: dict[str, WaitingImage] = {}
        self._slots: dict[str, BatchId] = {}

    def wait(self, image: WaitingImage) -> None:
        held = self._waiting.get(image.key)
        if held is None or _order(held) <= _order(image):
            self._waiting[image.key] = image

    def waiting(self, limit: int) -> Sequence[WaitingImage]:
        return [self._waiting[key] for key in sorted(self._waiting)][:limit]

    def count(self) -> int:
        return len(self._waiting)

    def find_many(self, keys: Sequence[str]) -> Mapping[str, WaitingImage]:
        return {key: self._waiting[key] for key in keys if key in self._waiting}

    def settle(self, image: WaitingImage) -> None:
        held = self._waiting.get(image.key)
        if held and held.edition == image.edition:
            del self._waiting[image.key]

    def in_flight(self) -> Mapping[str, BatchId]:
        return dict(self._slots)

    def claim(self, slot: str, batch: BatchId) -> bool:
        if slot in self._slots:
            return False
        self._slots[slot] = batch
        return True

    def release(self, slot: str, batch: BatchId) -> None:
        if self._slots.get(slot) == batch:
            del self._slots[slot]


def _order(image: WaitingImage) -> str:
    """Sequencers of one key compare as texts of one length."""
    return (image.image.sequencer or "").rjust(32, "0")
