"""A batch has been answered: each of its images gets its document, another try, or is let go."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

from pipeline.documents import Answer
from pipeline.images import Batch, WaitingImage, object_name
from pipeline.names import PREDICTIONS, BatchId, batch_key, prediction_key
from pipeline.ports import Services
from pipeline.steps.copies import missing_copies
from pipeline.steps.documents import Settled, settle
from pipeline.steps.outputs import read_outputs

IMAGES_NAMED = 50  # in a notice, which people read as mail


def write_predictions(
    batch: Batch, reason: str, services: Services, *, found_no_room: bool = False
) -> None:
    """What the batch came to; `reason` is told of images without an answer.

    A batch that found no room says nothing about its images: none is given up for it.
    """
    answers = _answers(batch.id, services)
    missing = missing_copies(batch.id, services)
    newest = services.images.find_many([image.key for image in batch.images])
    settled = [
        settle(
            image,
            batch.champion,
            answers.get(name),
            gone=name in missing and missing[name] is None,
            reason=missing.get(name) or reason,
            found_no_room=found_no_room,
            services=services,
        )
        for index, image in enumerate(batch.images)
        # An overwritten image gets its document from the batch that has its newest version.
        if _is_newest(image, newest.get(image.key))
        for name in [object_name(index)]
    ]
    _write(batch.id, settled, services)


def _is_newest(image: WaitingImage, newest: WaitingImage | None) -> bool:
    """Whether the image still waits as this batch took it: not overwritten, nor given back."""
    if newest is None:
        return False
    return (newest.edition, newest.attempts) == (image.edition, image.attempts)


def _write(batch: BatchId, settled: list[Settled], services: Services) -> None:
    documents = {
        prediction_key(one.image.key): one.document for one in settled if one.document is not None
    }
    services.objects.write_many(documents)
    if documents:
        rows = b"\n".join(documents.values()) + b"\n"
        services.objects.write(f"{PREDICTIONS}_batches/{batch}.jsonl", rows)
    for one in settled:
        if one.again:
            services.images.wait(replace(one.image, attempts=one.image.attempts + 1))
        else:
            services.images.settle(one.image)
    services.telemetry.count("ImagesPredicted", len(documents))
    _tell_given_up(batch, [one for one in settled if one.given_up], services)


def _tell_given_up(batch: BatchId, given_up: list[Settled], services: Services) -> None:
    """One notice a batch: what fails for one image may fail for all of them."""
    if not given_up:
        return
    keys = [one.image.key for one in given_up]
    what = keys[0] if len(keys) == 1 else f"{len(keys)} images"
    services.notices.publish(
        f"Kennel: no prediction for {what}",
        {"images": keys[:IMAGES_NAMED], "reason": given_up[0].given_up, "batch": batch},
    )
    services.telemetry.count("ImagesFailed", len(keys))


def _answers(batch: BatchId, services: Services) -> dict[str, Answer]:
    """Object name to the model's answer; what is no answer at all is left out."""
    outputs = read_outputs(batch_key(batch, "output/"), services)
    read = {name: _answer(body) for name, body in outputs.items()}
    return {name: answer for name, answer in read.items() if answer is not None}


def _answer(body: bytes) -> Answer | None:
    try:
        answer: object = json.loads(body)
    except ValueError:  # cut off, or a proxy's error page: the image is tried again
        return None
    whole = isinstance(answer, dict) and answer.keys() >= Answer.__required_keys__
    return cast(Answer, answer) if whole else None
