"""Images that a batch has not answered wait again, or are given up.

Whose fault is it? SageMaker's own: the images wait as they did. Otherwise one of them may be what
stalls or ends the container: they are tried again in halves, each half a batch of its own, so that
only the guilty one is left, alone, and is given up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.documents import Answer, not_predicted
from pipeline.events import BatchEnded
from pipeline.images import Batch, WaitingImage
from pipeline.names import derived_id
from pipeline.ports import Services
from pipeline.steps.parts import SettledPart, input_parts, part_images, write_answers
from pipeline.steps.waiting import enlist
from pipeline.waiting_lists import DROPPED, parsed

# Alone, and the model answers others: the image is given up. Alone, and nobody can say: later.
ATTEMPTS = 3
MOST_ATTEMPTS = 12
IMAGES_NAMED = 50  # in a notice, which people read as mail

# A part that is not wholly answered, and which images of it; None: all.
Left = tuple[str, tuple[int, ...] | None]


def enlist_unanswered(
    batch: Batch,
    settled: Mapping[str, SettledPart],
    event: BatchEnded,
    reason: str,
    services: Services,
) -> list[str]:
    """The keys of the lists on which the images without an answer wait; may be repeated."""
    left = _left(batch, settled, services)
    if not left:
        return []
    if event.status == "Stopped" or event.service_failed:
        group = parsed(batch.lists[0]).group
        return [
            key
            for part in left
            for key in _wait(_images(batch, part, services), batch, group, services)
        ]
    return _in_halves(batch, left, reason, services)


def enlist_unavailable(
    batch: Batch, settled: Mapping[str, SettledPart], services: Services
) -> list[str]:
    """The keys of the lists of images that S3 did not hand out in time."""
    keys = []
    for name, part in sorted(settled.items()):
        found = _images(batch, (name, part.unavailable), services) if part.unavailable else []
        counted = [replace(image, attempts=image.attempts + 1) for image in found]
        given_up = [image for image in counted if image.attempts >= MOST_ATTEMPTS]
        _give_up(batch, name, given_up, "S3 does not hand the image out", services)
        patient = [image for image in counted if image.attempts < MOST_ATTEMPTS]
        keys += _wait(patient, batch, DROPPED, services)
    return keys


def _left(batch: Batch, settled: Mapping[str, SettledPart], services: Services) -> list[Left]:
    left: list[Left] = []
    for name in input_parts(batch.id, services):
        if name not in settled:
            left.append((name, None))
        elif settled[name].unanswered:
            left.append((name, settled[name].unanswered))
    return left


def _in_halves(batch: Batch, left: Sequence[Left], reason: str, services: Services) -> list[str]:
    first, second = (derived_id(batch.id, half) for half in ("first", "second"))
    if len(left) > 1:
        middle = len(left) // 2
        groups = [first] * middle + [second] * (len(left) - middle)
        return [
            key
            for part, group in zip(left, groups, strict=True)
            for key in _wait(_images(batch, part, services), batch, group, services)
        ]
    [(name, _)] = left
    images = _images(batch, left[0], services)
    if _count(batch) == 1:
        again = _suspected(batch, name, images, reason, services)
        return _wait(again, batch, first, services)
    middle = len(images) // 2
    return _wait(images[:middle], batch, first, services) + _wait(
        images[middle:], batch, second, services
    )


def _suspected(
    batch: Batch, part: str, images: Sequence[WaitingImage], reason: str, services: Services
) -> list[WaitingImage]:
    """Of images that were alone, those to try again: perhaps the model answers nobody."""
    now = services.clock.now()
    proven = services.images.flights().answered
    again: list[WaitingImage] = []
    given_up: list[WaitingImage] = []
    for image in images:
        since = image.suspected or now.isoformat()
        counted = replace(image, attempts=image.attempts + 1, suspected=since)
        others_go = proven is not None and proven > datetime.fromisoformat(since)
        most = ATTEMPTS if others_go else MOST_ATTEMPTS
        (given_up if counted.attempts >= most else again).append(counted)
    _give_up(batch, part, given_up, reason, services)
    return again


def _give_up(
    batch: Batch, part: str, images: Sequence[WaitingImage], reason: str, services: Services
) -> None:
    """One notice for all: what fails for one image may fail for many."""
    if not images:
        return
    now = services.clock.now()
    answers: list[tuple[WaitingImage, Answer]] = []
    for image in images:
        message = f"{image.attempts} jobs gave no answer for this image; the last: {reason}"
        answers.append((image, not_predicted(image, message, at=now)))
    write_answers(batch, f"{part}-not-predicted", answers, services)
    keys = [image.key for image in images]
    what = keys[0] if len(keys) == 1 else f"{len(keys)} images"
    services.notices.publish(
        f"Kennel: no prediction for {what}",
        {"images": keys[:IMAGES_NAMED], "reason": reason, "batch": batch.id},
    )
    services.telemetry.count("ImagesFailed", len(keys))


def _images(batch: Batch, part: Left, services: Services) -> list[WaitingImage]:
    name, places = part
    found = part_images(batch.id, name, services)
    return found if places is None else [found[place] for place in places]


def _wait(
    images: Sequence[WaitingImage], batch: Batch, group: str, services: Services
) -> list[str]:
    """Behind those who came before the batch began."""
    return [enlist(images, services, arrived=batch.began, group=group).key] if images else []


def _count(batch: Batch) -> int:
    return sum(parsed(key).count for key in batch.lists)
