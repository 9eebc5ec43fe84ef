"""What became of an image: its newest edition's row, or where it waits.

Where no documents are written an image is found by its key: the ledger names its waiting list, and
a pointer the batch, the parts and the lists on which some of it waited again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypedDict, cast

from pipeline import batch_records
from pipeline.errors import UnknownImage
from pipeline.images import KnownImage
from pipeline.names import BatchId, batch_key, pointer_key, prediction_key, rows_key
from pipeline.ports import ObjectVanished, Services
from pipeline.references import load_rows
from pipeline.waiting_lists import load

ImageState = Literal["waiting", "in_batch", "predicted", "deleted", "overwritten"]


class Row(TypedDict):
    """What is looked at of a document, or of the row that stands for it."""

    image: Mapping[str, object]
    decision: str | None
    error: Mapping[str, str] | None


class Pointer(TypedDict):
    """Where the rows of a waiting list lie, and the lists on which some of it waited again."""

    batch: BatchId
    parts: list[str]
    again: list[str]


@dataclass(frozen=True, kw_only=True)
class FoundImage:
    """How the newest edition of an image stands; `document` is there once it has been answered."""

    key: str
    state: ImageState
    batch: BatchId | None = None
    document: Row | None = None


def find_prediction(key: str, services: Services) -> FoundImage:
    """
    Raises:
        UnknownImage: it was never taken in, or so long ago that nothing is known of it any more.
    """
    known = services.images.find_many([key]).get(key)
    written = _document(key, services)
    if written and (known is None or _is_of(written, key, known)):
        return FoundImage(key=key, state="predicted", document=written)
    if known is None:
        raise UnknownImage(key)
    return _followed(key, known, services)


def _document(key: str, services: Services) -> Row | None:
    """None also for what lies there and is no document of this image: a user's, or a pointer."""
    try:
        found: Row = json.loads(services.objects.read(prediction_key(key)))
        return found if found["image"]["key"] == key else None
    except (ObjectVanished, ValueError, KeyError, TypeError):
        return None


def _followed(key: str, known: KnownImage, services: Services) -> FoundImage:
    """From list to list, as the image waited again and again, to its row or to where it waits."""
    lists, seen = [known.waiting_list], set[str]()
    while lists:
        name = lists.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if _waits(key, known, name, services):
            batch = _batch_of(name, services)
            return FoundImage(key=key, state="in_batch" if batch else "waiting", batch=batch)
        pointer = _pointer(name, services)
        if pointer is None:
            continue
        for row in _rows(pointer, services):
            if _is_of(row, key, known):
                return _answered(key, row, pointer["batch"])
        lists += pointer["again"]
    raise UnknownImage(key)


def _answered(key: str, row: Row, batch: BatchId) -> FoundImage:
    """Without a decision the row says what happened to the image before it was read."""
    code = "" if row["decision"] or row["error"] is None else row["error"]["code"]
    state = cast(ImageState, code or "predicted")
    return FoundImage(key=key, state=state, batch=batch, document=row)


def _waits(key: str, known: KnownImage, name: str, services: Services) -> bool:
    try:
        images = load(services.objects.read(name))
    except ObjectVanished:
        return False
    return any(image.key == key and image.edition == known.edition for image in images)


def _batch_of(name: str, services: Services) -> BatchId | None:
    """The batch in flight that has taken a list; nothing is let go here, whatever is missing."""
    flights = services.images.flights().flights
    records = {batch_key(flight.batch, "batch.json"): flight.batch for flight in flights}
    found = services.objects.read_many(list(records))
    return next(
        (records[at] for at, body in found.items() if name in batch_records.load(body).lists), None
    )


def _pointer(name: str, services: Services) -> Pointer | None:
    """None if it was deleted by hand: nothing leads on."""
    try:
        found: Pointer = json.loads(services.objects.read(pointer_key(name)))
    except ObjectVanished:
        return None
    return found


def _rows(pointer: Pointer, services: Services) -> Iterator[Row]:
    """Part by part: a batch may be larger than the memory of whoever looks."""
    for part in pointer["parts"]:
        try:
            body = services.objects.read(rows_key(pointer["batch"], part))
        except ObjectVanished:  # no image of it has been answered
            continue
        yield from (cast(Row, row) for row in load_rows(body))


def _is_of(row: Row, key: str, known: KnownImage) -> bool:
    image = row["image"]
    if image["key"] != key:
        return False
    if image["version"]:
        return bool(image["version"] == known.edition)
    return known.edition.startswith(f"{image['etag']} ")
