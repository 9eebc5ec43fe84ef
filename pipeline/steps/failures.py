"""An event could not be delivered: its run or image is marked, told of, and kept for redrive."""

from __future__ import annotations

import json

from pipeline.documents import unreadable
from pipeline.events import DatasetUploaded, DeliveryFailed, ImageDropped
from pipeline.names import prediction_key
from pipeline.ports import ObjectVanished, Services
from pipeline.run import JOB_KINDS, Moment, Run
from pipeline.steps.ledger import change_run
from pipeline.steps.notices import announce


def record_failures(failures: tuple[DeliveryFailed, ...], services: Services) -> None:
    for failure in failures:
        _record(failure, services)
        services.dead_letters.keep(failure.body, reason=failure.reason)
        services.telemetry.count("DeliveriesFailed")


def _record(failure: DeliveryFailed, services: Services) -> None:
    services.telemetry.log("delivery failed", message_id=failure.message, reason=failure.reason)
    run = _run_of(failure, services)
    if run:
        _fail(run, failure, services)
    for image in failure.images:
        if not image.is_folder:
            _mark(image, failure, services)
    if not run and not failure.images:
        details = {"message": failure.message, "reason": failure.reason}
        services.notices.publish("Kennel: an event could not be delivered", details)


def _run_of(failure: DeliveryFailed, services: Services) -> Run | None:
    if failure.ended:
        return services.runs.find(failure.ended.run)
    if failure.upload:
        upload = failure.upload
        return services.runs.find(upload.run) or services.runs.add(_unborn(upload, services))
    return None


def _unborn(upload: DatasetUploaded, services: Services) -> Run:
    """A run whose very first event was lost, so that it can be seen and redriven."""
    return Run(
        id=upload.run,
        upload=upload,
        settings=services.settings.run,
        source=services.source.digest,
        timeline=(Moment("preparing", services.clock.now()),),
        told=1,
    )


def _fail(run: Run, failure: DeliveryFailed, services: Services) -> None:
    """Fails the run if it waits for this event; another may have told it the same meanwhile."""
    lost = failure.ended.kind if failure.ended else "preparation"
    attempt = failure.ended.attempt if failure.ended else run.attempt(lost)
    if JOB_KINDS.get(run.state) != lost or attempt != run.attempt(lost):
        return
    reason = f"an event could not be delivered: {failure.reason}"

    def failed(found: Run) -> Run | None:
        now = services.clock.now()
        return found.fail_undelivered(reason=reason, at=now) if found.waits_as(run) else None

    announce(change_run(run.id, failed, services), services)


def _mark(image: ImageDropped, failure: DeliveryFailed, services: Services) -> None:
    [overwritten] = services.objects.are_overwritten([(image.key, image.version)])
    if overwritten or _has_document(image, services):
        return
    message = f"the image could not be taken in: {failure.reason}"
    at = services.clock.now()
    document = unreadable(image, "not_delivered", message, services.runs.champion(), at=at)
    services.objects.write(prediction_key(image.key), document)
    services.notices.publish(
        f"Kennel: no prediction for {image.key}", {"image": image.key, "reason": message}
    )
    services.telemetry.count("ImagesFailed")


def _has_document(image: ImageDropped, services: Services) -> bool:
    """It may have been predicted while its message was tried again: the ledger had it."""
    try:
        document = json.loads(services.objects.read(prediction_key(image.key)))
    except ObjectVanished:
        return False
    return bool(document["image"]["etag"] == image.etag)
