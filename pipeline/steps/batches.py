"""Batches of images: start one when a slot is free, and turn its answers into documents.

An image waits in the ledger until its document is written, so whatever goes wrong in between it
is in the next batch again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from pipeline import batch_records
from pipeline.aws.job_requests.channels import manifest
from pipeline.aws.job_requests.model import MEBIBYTE, batch_request
from pipeline.errors import QuotaRefused
from pipeline.events import BatchEnded
from pipeline.images import Batch, WaitingImage, object_name, refusal
from pipeline.names import PREDICTIONS, BatchId, batch_key, prediction_key
from pipeline.ports import Services, free_slots
from pipeline.steps.documents import Settled, settle
from pipeline.steps.outputs import read_outputs

MISSING = "missing.json"
IMAGES_NAMED = 50  # in a notice, which people read as mail
# What a document takes from the model's answer.
ANSWERED = {"decision", "predictions", "error", "image"}


def start_batch(services: Services) -> None:
    """Predicts what waits, as one batch; does nothing without a model or a free slot."""
    champion = services.runs.champion()
    slots = free_slots(services.images, services.settings) if champion else ()
    for slot in slots:
        images = _free_images(services)
        if not champion or not images:
            return
        batch = Batch(champion=champion, images=tuple(images))
        # Written before the slot is claimed: whoever finds the claim can go on with the batch.
        _record(batch, services)
        if services.images.claim(slot, batch.id):
            launch(batch, services)


def launch(batch: Batch, services: Services) -> None:
    """Stages the images and asks for the job; may be repeated.

    The exact versions are copied under plain names of their own: a manifest of the user's keys
    could meet a newer version, a deleted one, or two keys whose outputs have the same name.
    """
    copies = _copies(batch, services)
    missing = services.objects.copy_many(copies)
    services.objects.write(batch_key(batch.id, MISSING), json.dumps(missing).encode())
    names = [target.rpartition("/")[2] for target in copies if target not in missing]
    if not names:
        finish_batch(BatchEnded(batch.id, "Completed"), services)
        return
    bucket = services.settings.bucket
    listed = manifest(bucket, batch_key(batch.id, "input/"), names)
    services.objects.write(batch_key(batch.id, "manifest.json"), listed)
    request = batch_request(batch, services.settings)
    try:
        services.jobs.create("create_transform_job", request)
    except QuotaRefused as refused:
        # Written anew at each try: the bucket's lifecycle must not take it from a batch that waits.
        _record(batch, services)
        services.telemetry.log("batch waits for a quota", batch=batch.id, reason=str(refused))
        return
    services.telemetry.log("batch started", batch=batch.id, images=len(names))


def _record(batch: Batch, services: Services) -> None:
    services.objects.write(batch_key(batch.id, "batch.json"), batch_records.dump(batch))


def load_batch(batch: BatchId, services: Services) -> Batch:
    return batch_records.load(services.objects.read(batch_key(batch, "batch.json")))


def finish_batch(event: BatchEnded, services: Services) -> None:
    """Writes the documents of a batch and frees its slot; a failed job may have answers too."""
    slots = [slot for slot, held in services.images.in_flight().items() if held == event.batch]
    if slots:
        batch = load_batch(event.batch, services)
        _deliver(batch, event.reason or f"the job was {event.status.lower()}", services)
        for slot in slots:
            services.images.release(slot, event.batch)
    start_batch(services)


def _free_images(services: Services) -> list[WaitingImage]:
    """What waits and is in no batch in flight."""
    taken = {
        (image.key, image.edition)
        for batch in services.images.in_flight().values()
        for image in load_batch(batch, services).images
    }
    limit = services.settings.batch_images
    waiting = services.images.waiting(limit + len(taken))
    return [image for image in waiting if (image.key, image.edition) not in taken][:limit]


def _copies(batch: Batch, services: Services) -> dict[str, tuple[str, str | None]]:
    most = services.settings.max_image_mb * MEBIBYTE
    return {
        batch_key(batch.id, f"input/{object_name(index)}"): (waiting.key, waiting.image.version)
        for index, waiting in enumerate(batch.images)
        if not refusal(waiting.image, max_bytes=most)
    }


def _deliver(batch: Batch, reason: str, services: Services) -> None:
    answers = _answers(batch.id, services)
    missing = _missing(batch.id, services)
    newest = services.images.find_many([image.key for image in batch.images])
    settled = [
        settle(
            image,
            batch.champion,
            answers.get(name),
            gone=name in missing and missing[name] is None,
            reason=missing.get(name) or reason,
            services=services,
        )
        for index, image in enumerate(batch.images)
        # An overwritten image gets its document from the batch that has its newest version.
        if _is_newest(image, newest.get(image.key))
        for name in [object_name(index)]
    ]
    _write(batch.id, settled, services)
    services.objects.delete_many(services.objects.list(batch_key(batch.id, "input/")))


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


def _missing(batch: BatchId, services: Services) -> dict[str, str | None]:
    """Object name to why the bucket refused the copy; None where the image was deleted."""
    record = batch_key(batch, MISSING)
    found = services.objects.read_many([record])  # none if its time is up: all are tried again
    missing: dict[str, str | None] = json.loads(found.get(record, b"{}"))
    return {target.rpartition("/")[2]: reason for target, reason in missing.items()}


def _answers(batch: BatchId, services: Services) -> dict[str, Mapping[str, object]]:
    """Object name to the model's answer; what is no answer at all is left out."""
    outputs = read_outputs(batch_key(batch, "output/"), services)
    read = {name: _answer(body) for name, body in outputs.items()}
    return {name: answer for name, answer in read.items() if answer is not None}


def _answer(body: bytes) -> Mapping[str, object] | None:
    try:
        answer = json.loads(body)
    except ValueError:  # cut off, or a proxy's error page: the image is tried again
        return None
    return answer if isinstance(answer, dict) and answer.keys() >= ANSWERED else None
