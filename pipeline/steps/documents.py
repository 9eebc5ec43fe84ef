"""What becomes of one image of a batch: a document, another try, or nothing as it is gone."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.documents import REFUSALS, Answer, answered, unreadable
from pipeline.images import MAX_ATTEMPTS, Champion, WaitingImage, refusal
from pipeline.ports import Services


@dataclass(frozen=True)
class Settled:
    """An image with its document; without one it is tried again, or has been deleted."""

    image: WaitingImage
    document: bytes | None = None
    again: bool = False
    given_up: str | None = None  # why, if nobody will try it any more


def settle(
    image: WaitingImage,
    champion: Champion,
    answer: Answer | None,
    gone: bool,
    reason: str,
    found_no_room: bool,
    services: Services,
) -> Settled:
    now = services.clock.now()
    refused = refusal(image.image, max_bytes=services.settings.max_image_bytes)
    if refused:
        message = REFUSALS[refused].format(max_image_mb=services.settings.max_image_mb)
        return Settled(image, unreadable(image.image, refused, message, champion, at=now))
    if answer is not None:
        return Settled(image, answered(image.image, answer, champion, at=now))
    if gone:
        services.telemetry.log("image was deleted before it was read", image=image.key)
        services.telemetry.count("ImagesDeletedUnread")
        return Settled(image)
    if found_no_room or image.attempts + 1 < MAX_ATTEMPTS:
        services.telemetry.log("image is tried again", image=image.key, reason=reason)
        return Settled(image, again=True)
    message = f"{MAX_ATTEMPTS} batches gave no answer for this image; the last: {reason}"
    document = unreadable(image.image, "not_predicted", message, champion, at=now)
    return Settled(image, document, given_up=message)
