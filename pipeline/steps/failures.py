"""An event could not be delivered: taken in here, left to reconcile, or kept for a redrive."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.events import DeliveryFailed
from pipeline.ports import Services
from pipeline.rounds import words_of
from pipeline.steps.images import take_in
from pipeline.steps.losses import unborn


def record_failures(failures: Sequence[DeliveryFailed], services: Services) -> Sequence[str]:
    """The messages that could not be recorded: they are brought again, and no other with them."""
    return [failure.message for failure in failures if not _is_recorded(failure, services)]


def _is_recorded(failure: DeliveryFailed, services: Services) -> bool:
    try:
        if failure.images:
            # What their own function could not do is done here: nobody has to redrive it.
            take_in(failure.images, services)
            return True
        _record(failure, services)
        # Last, and nothing that may fail behind it: a letter that is brought again is kept twice.
        if not failure.made_up_for:
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
    if failure.upload and failure.upload.begins_run:
        # Seen among the runs at once; reconcile judges it.
        unborn(failure.upload, f"an event could not be delivered: {failure.reason}", services)
    elif not _is_mended(failure, services):
        details = {"message": failure.message, "reason": failure.reason}
        services.notices.publish("Kennel: an event could not be delivered", details)


def _is_mended(failure: DeliveryFailed, services: Services) -> bool:
    """Whether reconcile makes up for it: ticks come again, and of a job that
    has ended it asks SageMaker. A run that it cannot help either is failed by it, and told of."""
    if failure.ended:
        return services.runs.find(failure.ended.run) is not None
    return failure.made_up_for
