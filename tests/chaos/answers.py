"""What the model container answers to a line of references: a row an image, of what lies there.

The rows are made by inference_code itself; reading and looking at an image is all that is played.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import numpy as np
from PIL import Image

from inference_code.answers import ReferenceAnswer
from inference_code.card import ModelCard
from inference_code.encoding import encoder_for
from inference_code.photos import Photo, UnreadableImage
from inference_code.prediction import Prediction
from inference_code.references import (
    ImageUnavailable,
    Reference,
    ReferenceRequest,
    decode_references,
)
from pipeline.names import IMAGES
from pipeline.references import ACCEPT
from tests.chaos.aws.object_store import ObjectStore
from tests.support.cards import example_card
from tests.support.job_outputs import TRAINED
from tests.support.samples import CLASSES

PROBABILITIES = {name: probabilities for name, _, probabilities in TRAINED}
UNTRAINED = [0.6, 0.4]
NO_IMAGE = b"no image at all"
POISON = b"what ends the container"
PHOTO = Photo(Image.new("RGB", (40, 30)), "JPEG")


class RequestDied(Exception):
    """The container gives no answer to this line: its job will have failed."""


@dataclass(frozen=True)
class Container:
    """`withheld` says whether S3 keeps an image to itself this time."""

    objects: ObjectStore
    now: Callable[[], datetime]
    withheld: Callable[[], bool]

    def answer(self, line: bytes, run: str) -> bytes:
        """
        Raises:
            RequestDied: one of the images is what ends the container.
        """
        request = decode_references(line)
        predictions = tuple(self._prediction(image, request) for image in request.images)
        answered = ReferenceAnswer(predictions, False, card(run), request=request, at=self.now())
        _, encode = encoder_for(ACCEPT)
        return encode(answered)

    def _prediction(self, image: Reference, request: ReferenceRequest) -> Prediction:
        found = self.objects.find(image.key, image.version)
        if image.key.startswith(IMAGES) and self.withheld():
            return _absent("unavailable")
        if found is None:
            return _absent("deleted")
        if image.version is None and image.etag not in {None, found.etag}:
            return _absent("overwritten")
        body = found.body or b""
        if body == POISON:
            raise RequestDied(image.key)
        return _looked_at(image.key, body, request.max_bytes)


def _looked_at(key: str, body: bytes, most: int) -> Prediction:
    if not body:
        return Prediction("unreadable", error=UnreadableImage("empty", "the file is empty"))
    if len(body) > most:
        return Prediction("unreadable", error=UnreadableImage("too_large", "it is too large"))
    if body == NO_IMAGE:
        return Prediction("unreadable", error=UnreadableImage("not_an_image", "it is no image"))
    probabilities = PROBABILITIES.get(key.rpartition("/")[2], UNTRAINED)
    return Prediction("accept", np.array(probabilities, dtype=np.float32), PHOTO)


def _absent(code: str) -> Prediction:
    """Without a decision: nothing can be said of the image."""
    return Prediction(None, error=ImageUnavailable(code, f"the image is {code}"))


@cache
def card(run: str) -> ModelCard:
    return replace(example_card(), run=run, classes=CLASSES)
