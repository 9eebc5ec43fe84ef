"""An event could not be delivered: left to reconcile or told of, and kept for redrive."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.documents import unreadable
from pipeline.events import DeliveryFailed, ImageDropped
from pipeline.names import prediction_key
from pipeline.ports import ObjectVanished, Services
from pipeline.rounds import words_of
from pipeline.steps.losses import unborn


def record_failures(failures: Sequence[DeliveryFailed], services: Services) -> Sequence[str]:
    """The messages that could not be recorded: they are brought again, and no other with them."""
    return [failure.message for failure in failures if not _is_recorded(failure, services)]


def _is_recorded(failure: DeliveryFailed, services: Services) -> bool:
    try:
        _record(failure, services)
        # Last, and nothing that may fail behind it: a letter that is brought again is kept twice.
        if not failure.is_tick:
            services.dead_letters.keep(failure.body, reason=failure.reason)
    except Exception as error:  # the others of the same delivery are recorded all the same
        services.telemetry.log(
            "failure could not be recorded", message_id=failure.message, reason=words_of(error)
        )
        return False
    services.telemetry.count("DeliveriesFailed")
    return True


def _record(failure: DeliveryFailed, services: Services) -> None:
    services.telemetry.log("delivery failed", message_id=failure.message, reason=failure.reason)
    for image in failure.images:
        if not image.is_folder:
            _mark(image, failure, services)
    if failure.upload and failure.upload.begins_run:
        # Seen among the runs at once; reconcile judges it.
        unborn(failure.upload, f"an event could not be delivered: {failure.reason}", services)
    elif not _is_mended(failure, services):
        details = {"message": failure.message, "reason": failure.reason}
        services.notices.publish("Kennel: an event could not be delivered", details)


def _is_mended(failure: DeliveryFailed, services: Services) -> bool:
    """Whether reconcile makes up for it: it looks after images, ticks come again, and of a job that
    has ended it asks SageMaker. A run that it cannot help either is failed by it, and told of."""
    if failure.ended:
        return services.runs.find(failure.ended.run) is not None
    return failure.is_tick or bool(failure.images)


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
