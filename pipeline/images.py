"""Dropped images, the batches they are predicted in, and the model that does it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.costs import Costs
from pipeline.events import ImageDropped
from pipeline.names import BatchId, RunId, derived_id
from pipeline.settings import Documents

# Sequencers of one key compare as texts of one length, the shorter padded with zeros on the left.
SEQUENCER_WIDTH = 32


@dataclass(frozen=True, kw_only=True)
class WaitingImage:
    """An exact version of an image that has no answer yet.

    `attempts` counts the jobs that gave no answer for it although it was alone, and `suspected`
    is when the first of them did (ISO 8601).
    """

    key: str
    size: int
    etag: str
    version: str | None = None
    sequencer: str | None = None
    attempts: int = 0
    suspected: str | None = None

    @classmethod
    def of(cls, dropped: ImageDropped) -> WaitingImage:
        return cls(
            key=dropped.key,
            size=dropped.size,
            etag=dropped.etag,
            version=dropped.version,
            sequencer=dropped.sequencer,
        )

    @property
    def edition(self) -> str:
        """Tells two uploads under one key apart, and is the same however often one is told."""
        return self.version or f"{self.etag} {self.sequencer or ''}"

    @property
    def order(self) -> str:
        """Of two editions of one key, the later one's is greater."""
        return (self.sequencer or "").rjust(SEQUENCER_WIDTH, "0")


@dataclass(frozen=True, kw_only=True)
class KnownImage:
    """The newest edition of an image that has been taken in, and the list it was put on."""

    edition: str
    order: str
    waiting_list: str

    def covers(self, image: WaitingImage) -> bool:
        """Whether this edition, or a newer one, has been taken in already."""
        return self.edition == image.edition or (bool(image.sequencer) and self.order > image.order)


@dataclass(frozen=True, kw_only=True)
class Champion:
    """The model that serves."""

    run: RunId
    version: int
    model_name: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Waiting lists that one job predicts, by their keys, and the model that it uses."""

    champion: Champion
    lists: tuple[str, ...]
    number: int  # of all batches so far: the same lists may need another job
    instances: int = 1
    documents: Documents = "each"
    part_images: int = 2000
    began: datetime
    costs: Costs = field(default_factory=dict)  # of all its images, once it has ended

    @property
    def id(self) -> BatchId:
        return BatchId(derived_id(self.champion.model_name, str(self.number), *self.lists))


@dataclass(frozen=True, kw_only=True)
class Flight:
    """A batch in flight, and how many instances it has."""

    batch: BatchId
    instances: int


@dataclass(frozen=True, kw_only=True)
class Flights:
    """All batches in flight, and how the ones before them went.

    Attributes:
        number: how many batches there have been.
        began: when the last of them did.
        fruitless: how many jobs in a row have given no answer at all.
        answered: when one did, last, and by which model.
        revision: of the ledger's item; 0 if there is none.
    """

    flights: tuple[Flight, ...] = ()
    number: int = 0
    began: datetime | None = None
    fruitless: int = 0
    answered: datetime | None = None
    revision: int = 0

    @property
    def instances(self) -> int:
        return sum(flight.instances for flight in self.flights)

    def has(self, batch: BatchId) -> bool:
        return any(flight.batch == batch for flight in self.flights)

    def with_batch(self, batch: Batch) -> Flights:
        flight = Flight(batch=batch.id, instances=batch.instances)
        return replace(
            self, flights=(*self.flights, flight), number=batch.number, began=batch.began
        )

    def without(self, batch: BatchId, *, answered: bool, at: datetime) -> Flights:
        return replace(
            self,
            flights=tuple(flight for flight in self.flights if flight.batch != batch),
            fruitless=0 if answered else self.fruitless + 1,
            answered=at if answered else self.answered,
        )


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """How far the search for images of which no event told has come: after which key it goes on."""

    after: str | None = None
