"""The prediction document, schema 1: what a user reads for every image. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pipeline.events import ImageDropped
from pipeline.images import Champion

SCHEMA = "kennel.prediction/1"

REFUSALS = {
    "empty": "the file is empty: upload the image again",
    "too_large": "the file is larger than {max_image_mb} MB: upload a smaller version of the image",
}


def answered(
    image: ImageDropped, answer: Mapping[str, Any], champion: Champion, *, at: datetime
) -> bytes:
    """The document for an image that the model has answered; the answer may say `unreadable`."""
    document = _document(image, champion, at=at)
    document["image"].update(answer["image"])
    document["decision"] = answer["decision"]
    document["predictions"] = answer["predictions"]
    document["error"] = answer["error"]
    return _text(document)


def unreadable(
    image: ImageDropped, code: str, message: str, champion: Champion | None, *, at: datetime
) -> bytes:
    """The document for an image that no model has seen."""
    document = _document(image, champion, at=at)
    document["error"] = {"code": code, "message": message}
    return _text(document)


def _document(image: ImageDropped, champion: Champion | None, *, at: datetime) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "image": {
            "bucket": image.bucket,
            "key": image.key,
            "etag": image.etag,
            "width": None,
            "height": None,
            "format": None,
        },
        "decision": "unreadable",
        "predictions": [],
        "error": None,
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


def _text(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
