"""Dropped images, the batches they are predicted in, and the model that does it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.events import ImageDropped
from pipeline.names import BatchId, RunId, derived_id

MAX_ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True)
class WaitingImage:
    """An image whose newest version has no document yet."""

    image: ImageDropped
    attempts: int = 0

    @property
    def key(self) -> str:
        return self.image.key

    @property
    def edition(self) -> str:
        return self.image.edition


@dataclass(frozen=True, kw_only=True)
class Champion:
    """The model that serves."""

    run: RunId
    version: int
    model_name: str
    digest: str


Refusal = Literal["empty", "too_large"]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Images that one job predicts, and the model that it uses."""

    champion: Champion
    images: tuple[WaitingImage, ...]

    @property
    def id(self) -> BatchId:
        rows = [f"{image.key} {image.edition} {image.attempts}" for image in self.images]
        return BatchId(derived_id(self.champion.model_name, *rows))


def object_name(index: int) -> str:
    """What the index-th image of a batch is called among the copies that the job reads."""
    return f"{index:05d}"


def refusal(image: ImageDropped, *, max_bytes: int) -> Refusal | None:
    """Why an image is not sent to the model at all, if so."""
    if image.size == 0:
        return "empty"
    return "too_large" if image.size > max_bytes else None
