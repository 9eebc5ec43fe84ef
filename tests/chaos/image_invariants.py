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
CODES = {b"": "empty", NO_IMAGE: "not_an_image", POISON: "not_predicted"}


def of_images(world: World) -> Iterator[Violation]:
    yield from _of_documents(world)
    yield from _of_rows(world)
    yield from _of_leftovers(world)
    if world.profile.only_twice:
        yield from _of_repetitions(world)


def _of_documents(world: World) -> Iterator[Violation]:
    s3 = world.account.s3
    for key in s3.below(IMAGES):
        newest = s3.versions[key][-1]
        found = s3.find(prediction_key(key))
        if found is None:
            yield Violation("every image has its document", f"{key} {newest.id}")
            continue
        document = json.loads(found.body or b"")
        if document["image"]["version"] != newest.id:
            told = f"{key} is {newest.id}, its document of {document['image']['version']}"
            yield Violation("a document is of the newest version", told)
            continue
        code = document["error"] and document["error"]["code"]
        if code != CODES.get(newest.body or b""):
            yield Violation("no sound image is given up", f"{key} {newest.id}: {code}")
    documents = {key for key in s3.below(PREDICTIONS) if not key.startswith(f"{PREDICTIONS}_")}
    dropped = {prediction_key(key) for key in s3.versions if key.startswith(IMAGES)}
    for stray in documents - dropped:
        yield Violation("a document is of an image", stray)


def _of_rows(world: World) -> Iterator[Violation]:
    """Whatever a job has answered stands in its batch's file, once."""
    s3 = world.account.s3
    for output in s3.below(BATCHES):
        if not output.endswith(".out"):
            continue
        _, batch, *_, name = output.split("/")
        rows = s3.find(f"{PREDICTIONS}_batches/{batch}/{name.removesuffix('.out')}")
        answered = Counter(
            _identity(row)
            for row in _lines(s3.read(output))
            if (row["error"] or {}).get("code") != "unavailable"
        )
        written = Counter(_identity(row["image"]) for row in _lines((rows and rows.body) or b""))
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
    asked = Counter(
        (image["key"], image["version"])
        for part in s3.below(BATCHES)
        if "/input/" in part
        for line in _lines(s3.read(part))
        for image in line["images"]
    )
    for image, times in asked.items():
        if times > 1:
            yield Violation("what comes twice is predicted once", f"{image}: {times} times")


def _identity(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["key"], row["version"]


def _lines(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.splitlines()]
