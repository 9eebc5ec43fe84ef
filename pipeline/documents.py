"""The prediction document, schema 1: what a user reads for every image. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict, cast

from pipeline.images import Champion, WaitingImage

SCHEMA = "kennel.prediction/1"
TIME = "%Y-%m-%dT%H:%M:%SZ"


# A document's fields by their names, as JSON holds them.
DocumentFields = Mapping[str, object]


class Answer(TypedDict):
    """What a document takes from the model's answer, as inference_code makes it.

    Without a decision the image itself was not there: deleted or overwritten meanwhile.
    """

    key: str
    version: str | None
    etag: str | None
    image: Mapping[str, object]
    decision: str | None
    predictions: Sequence[Mapping[str, object]]
    error: Mapping[str, str] | None
    warnings: Sequence[str]
    predicted_at: str


class ScoredAnswer(Answer):
    """An answer that was asked for the probabilities of all classes as well."""

    probabilities: Sequence[float] | None
    model: Mapping[str, str]


def whole_answer(row: Mapping[str, object]) -> Answer | None:
    """None if the row is not the model's: cut off, or a proxy's error page."""
    return cast(Answer, row) if row.keys() >= Answer.__required_keys__ else None


def scored_answer(row: Mapping[str, object]) -> ScoredAnswer | None:
    return cast(ScoredAnswer, row) if row.keys() >= ScoredAnswer.__required_keys__ else None


def is_unavailable(answer: Answer) -> bool:
    """Whether the image is as it was and S3 did not hand it out in time: it is asked for again."""
    return answer["error"] is not None and answer["error"]["code"] == "unavailable"


def not_predicted(image: WaitingImage, message: str, *, at: datetime) -> Answer:
    """In place of an answer that no model has given."""
    return {
        "key": image.key,
        "version": image.version,
        "etag": image.etag,
        "image": {"width": None, "height": None, "format": None},
        "decision": "unreadable",
        "predictions": [],
        "error": {"code": "not_predicted", "message": message},
        "warnings": [],
        "predicted_at": at.strftime(TIME),
    }


def document(image: WaitingImage, answer: Answer, champion: Champion, *, bucket: str) -> bytes:
    """The same answer is the same document, byte for byte, whoever writes it and when."""
    return dump(fields_of(image, answer, champion, bucket=bucket))


def dump(fields: DocumentFields) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode()


def fields_of(
    image: WaitingImage, answer: Answer, champion: Champion, *, bucket: str
) -> DocumentFields:
    described = answer["image"]
    return {
        "schema": SCHEMA,
        "image": {
            "bucket": bucket,
            "key": image.key,
            "version": image.version,
            "etag": image.etag,
            **{name: described[name] for name in ("width", "height", "format")},
        },
        "decision": answer["decision"],
        "predictions": answer["predictions"],
        "error": answer["error"],
        "warnings": answer["warnings"],
        "model": {
            "run": champion.run,
            "version": champion.version,
            "digest": champion.digest,
        },
        "path": "batch",
        "predicted_at": answer["predicted_at"],
    }


def is_of(found: bytes, image: WaitingImage) -> bool:
    """Whether a document is this edition's."""
    try:
        described = json.loads(found)["image"]
    except (ValueError, KeyError, TypeError):  # not ours: a user's, or damaged
        return False
    if image.version and described.get("version"):
        return bool(described["version"] == image.version)
    return bool(described.get("etag") == image.etag)
