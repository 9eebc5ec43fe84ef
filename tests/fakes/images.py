"""The images that have been taken in and the batches in flight, in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.errors import LedgerConflict
from pipeline.images import Flights, KnownImage, Sweep, WaitingImage
from pipeline.names import BatchId


class FakeImages:
    def __init__(self) -> None:
        self._known: dict[str, KnownImage] = {}
        self._flights = Flights()
        self._sweep = Sweep()
        self._broken: Exception | None = None
        self._interleaved: Callable[[], None] | None = None

    def break_remembering(self, error: Exception) -> None:
        self._broken = error

    def mend_remembering(self) -> None:
        self._broken = None

    def interleave(self, other: Callable[[], None]) -> None:
        """Another function does this, once, just before flights are saved."""
        self._interleaved = other

    def in_flight(self) -> list[BatchId]:
        return [flight.batch for flight in self._flights.flights]

    def find_many(self, keys: Sequence[str]) -> Mapping[str, KnownImage]:
        return {key: self._known[key] for key in keys if key in self._known}

    def remember(
        self, images: Sequence[WaitingImage], *, waiting_list: str, until: datetime
    ) -> None:
        if self._broken:
            raise self._broken
        self._known |= {
            image.key: KnownImage(
                edition=image.edition, order=image.order, waiting_list=waiting_list
            )
            for image in images
        }

    def flights(self) -> Flights:
        return self._flights

    def save_flights(self, flights: Flights, *, replacing: Flights) -> Flights:
        if other := self._interleaved:
            self._interleaved = None
            other()
        if replacing.revision != self._flights.revision:
            raise LedgerConflict("a batch has begun or ended meanwhile")
        self._flights = replace(flights, revision=replacing.revision + 1)
        return self._flights

    def sweep(self) -> Sweep:
        return self._sweep

    def save_sweep(self, sweep: Sweep) -> None:
        self._sweep = sweep
