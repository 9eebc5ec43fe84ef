"""What must hold for images and batches when everything is over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.names import BATCHES, IMAGES, PREDICTIONS, WAITING, prediction_key
from tests.chaos.answers import NO_IMAGE, POISON
from tests.chaos.violations import Violation
from tests.chaos.world import World

QUEUES = ("ImagesQueue", "ImagesFailuresQueue")
Document = dict[str, Any]
CODES = {b"": "empty", NO_IMAGE: "not_an_image", POISON: "not_predicted"}


def of_images(world: World) -> Iterator[Violation]:
    yield from _of_documents(world)
    yield from _of_rows(world)
    yield from _of_leftovers(world)
    if world.profile.only_twice:
        yield from _of_repetitions(world)


def _of_documents(world: World) -> Iterator[Violation]:
    s3 = world.account.s3
    found = _documents(world) if world.settings.documents == "each" else _rows(world)
    for key in s3.below(IMAGES):
        newest = s3.versions[key][-1]
        if key not in found:
            yield Violation("every image has its document", f"{key} {newest.id}")
            continue
        document = found[key]
        if document["image"]["version"] != newest.id:
            told = f"{key} is {newest.id}, its document of {document['image']['version']}"
            yield Violation("a document is of the newest version", told)
            continue
        code = document["error"] and document["error"]["code"]
        if code != CODES.get(newest.body or b""):
            yield Violation("no sound image is given up", f"{key} {newest.id}: {code}")
    strays = found.keys() - {key for key in s3.versions if key.startswith(IMAGES)}
    for stray in strays:
        yield Violation("a document is of an image", stray)


def _documents(world: World) -> Mapping[str, Document]:
    """By the key of the image, if they lie where that image's does."""
    s3 = world.account.s3
    found = {}
    for key in s3.below(PREDICTIONS):
        if not key.startswith(f"{PREDICTIONS}_"):
            document: Document = json.loads(s3.read(key))
            image = document["image"]["key"]
            found[image if prediction_key(image) == key else key] = document
    return found


def _rows(world: World) -> Mapping[str, Document]:
    """In place of documents; of an image that was told of more than once, the newest version's."""
    s3 = world.account.s3
    found: dict[str, Document] = {}
    for key in s3.below(f"{PREDICTIONS}_batches/"):
        for row in _lines(s3.read(key)):
            before = found.get(row["image"]["key"])
            if row["decision"] and (before is None or _version(row) >= _version(before)):
                found[row["image"]["key"]] = row
    return found


def _version(document: Document) -> str:
    """Versions of a bucket are counted up here."""
    return str(document["image"]["version"])


def _of_rows(world: World) -> Iterator[Violation]:
    """Whatever a job has answered stands in its batch's file, once."""
    s3 = world.account.s3
    for output in s3.below(BATCHES):
        if not output.endswith(".out"):
            continue
        _, batch, *_, name = output.split("/")
        rows = s3.find(f"{PREDICTIONS}_batches/{batch}/{name.removesuffix('.out')}")
        answers = [row for row in _lines(s3.read(output)) if "error" in row]  # not the costs
        # Asked for again, perhaps beside an answer: an image may be told of twice.
        withheld = {
            _identity(row)
            for row in answers
            if row["error"] and row["error"]["code"] == "unavailable"
        }
        answered = Counter(map(_identity, answers))
        written = Counter(_identity(row["image"]) for row in _lines((rows and rows.body) or b""))
        for identity in withheld:
            del answered[identity], written[identity]
        if written != answered:
            told = f"{output}: {len(answered)} answers, {len(written)} rows"
            yield Violation("batch files are complete", told)


def _of_leftovers(world: World) -> Iterator[Violation]:
    for key in world.account.s3.below(WAITING):
        yield Violation("no image is left over", key)
    for batch in world.services.images.flights().flights:
        yield Violation("every batch ends", batch.batch)
    for name in QUEUES:
        for message in world.account.messages.queues[name].messages:
            yield Violation("no message is left over", f"{name}: {message.id}")
    for told in world.crowded:
        yield Violation("one batch at a time", told)


def _of_repetitions(world: World) -> Iterator[Violation]:
    """What is told twice is predicted once."""
    s3 = world.account.s3
    references = [
        image
        for part in s3.below(BATCHES)
        if "/input/" in part
        for line in _lines(s3.read(part))
        for image in line["images"]
    ]
    # The search for untold images knows no order: what is told after it, an hour late, may be of an
    # older version or a newer one. Some is predicted again then; no document suffers.
    searched = {image["key"] for image in references if image["sequencer"] is None}
    for image, times in Counter(map(_identity, references)).items():
        if times > 1 and image[0] not in searched:
            yield Violation("what comes twice is predicted once", f"{image}: {times} times")


def _identity(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["key"], row["version"]


def _lines(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.splitlines()]
