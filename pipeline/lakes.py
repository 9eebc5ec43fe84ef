"""Predicting what already lies somewhere in S3: its addresses, its names, its price. Pure.

The state lies below `batches/lake-<id>/`, a record of it under `lakes/`, which stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NewType

from pipeline.names import BATCHES, IMAGES, LETTER, PREDICTIONS, derived_id, job_prefix, uri
from pipeline.settings import Settings

LakeId = NewType("LakeId", str)
RowFormat = Literal["jsonl", "parquet"]
LAKE = "lake-"

PART_IMAGES = 2000
# What an ml.c5.xlarge reads, decodes and predicts with the default backbone (docs/scale.md); an
# instance's start comes on top.
IMAGES_PER_SECOND = 45.0
START_HOURS = 0.1
# us-east-1, as of November 2026.
PRICES = {"ml.c5.xlarge": 0.204, "ml.m5.xlarge": 0.23}
PRICES_OF = "2026-11"
GET_PRICE = 0.4 / 1_000_000


@dataclass(frozen=True, kw_only=True)
class Place:
    """A bucket and the beginning of keys in it."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return uri(self.bucket, self.prefix)

    def covers(self, other: Place) -> bool:
        return self.bucket == other.bucket and other.prefix.startswith(self.prefix)


@dataclass(frozen=True, kw_only=True)
class Lake:
    """Which images, where their rows go and in which form: the `number`th time that it is asked.

    The model is no part of the id: what was begun with one is gone on with by the same.
    """

    source: Place
    to: Place | None
    form: RowFormat = "jsonl"
    number: int = 1

    @property
    def id(self) -> LakeId:
        to = str(self.to or "")
        return LakeId(derived_id(str(self.source), to, self.form, str(self.number)))

    @property
    def name(self) -> str:
        """As people call it: no run's id has a stroke."""
        return f"{LAKE}{self.id}"

    @property
    def command(self) -> str:
        """What goes on with it."""
        to = f" --to {self.to}" if self.to else ""
        form = f" --format {self.form}" if self.form != "jsonl" else ""
        return f"kennel predict {self.source}{to}{form}"

    def key(self, name: str) -> str:
        return f"{BATCHES}{self.name}/{name}"

    def results(self, bucket: str) -> Place:
        return self.to or Place(bucket=bucket, prefix=f"{PREDICTIONS}_lake/{self.id}/")

    def job_name(self, settings: Settings, attempt: int) -> str:
        """No rule of the stack listens to this kind of job: whoever started it settles it."""
        return f"{job_prefix(settings)}lake-{attempt}-{self.id.removeprefix(LETTER)}"


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a job will come to; without a price of its instances, hours alone."""

    images: int
    instances: int
    images_per_second: float = IMAGES_PER_SECOND
    hour_price: float | None = None

    @property
    def instance_hours(self) -> float:
        work = self.images / self.images_per_second / 3600
        return work + self.instances * START_HOURS

    @property
    def dollars(self) -> float | None:
        return bill(self.instance_hours, self.images, self.hour_price)


def parse_place(address: str) -> Place | None:
    """`s3://bucket/prefix/`; None if it is no such address."""
    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    if not address.startswith("s3://") or not bucket:
        return None
    return Place(bucket=bucket, prefix=prefix)


def bill(hours: float, images: int, hour_price: float | None) -> float | None:
    """Dollars, where the price of an instance is known."""
    return None if hour_price is None else hours * hour_price + images * GET_PRICE


def readable_places(settings: Settings) -> list[Place]:
    """What the role of the jobs may read images from."""
    own = Place(bucket=settings.bucket, prefix=IMAGES)
    given = (entry.partition("/") for entry in settings.predict_from.split(",") if entry)
    return [own, *(Place(bucket=b, prefix=f"{p.rstrip('/')}/" if p else "") for b, _, p in given)]
