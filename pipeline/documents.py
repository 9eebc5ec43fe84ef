"""The prediction document, schema 1: what a user reads for every image. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from pipeline.events import ImageDropped
from pipeline.images import Champion

SCHEMA = "kennel.prediction/1"

REFUSALS = {
    "empty": "the file is empty: upload the image again",
    "too_large": "the file is larger than {max_image_mb} MB: upload a smaller version of the image",
}


class Answer(TypedDict):
    """What a document takes from the model's answer, as inference_code makes it."""

    image: Mapping[str, object]
    decision: str
    predictions: Sequence[Mapping[str, object]]
    error: Mapping[str, str] | None


def answered(image: ImageDropped, answer: Answer, champion: Champion, *, at: datetime) -> bytes:
    """The document for an image that the model has answered; the answer may say `unreadable`."""
    return _document(image, answer, champion, at=at)


def unreadable(
    image: ImageDropped, code: str, message: str, champion: Champion | None, *, at: datetime
) -> bytes:
    """The document for an image that no model has seen."""
    answer: Answer = {
        "image": {"width": None, "height": None, "format": None},
        "decision": "unreadable",
        "predictions": [],
        "error": {"code": code, "message": message},
    }
    return _document(image, answer, champion, at=at)


def _document(
    image: ImageDropped, answer: Answer, champion: Champion | None, *, at: datetime
) -> bytes:
    document = {
        "schema": SCHEMA,
        "image": {
            "bucket": image.bucket,
            "key": image.key,
            "etag": image.etag,
            **answer["image"],
        },
        "decision": answer["decision"],
        "predictions": answer["predictions"],
        "error": answer["error"],
        "model": {
            "run": champion.run,
            "version": champion.version,
            "digest": champion.digest,
        }
        if champion
        else None,
        "path": "batch",
        "predicted_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return json.dumps(document, ensure_ascii=False).encode()
