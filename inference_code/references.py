"""Requests that name images instead of sending them: one JSON object, some dozens of images.

It knows no S3: whoever reads the images is a `Reader`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from inference_code.refusals import BadRequest
from inference_code.unreadable import UnreadableImage, refusal

CONTENT_TYPE = "application/vnd.kennel.references+json"
SCHEMA = "kennel.references/1"


class ImageUnavailable(Exception):
    """Nothing can be said of the image now: it is gone, another one, or did not come in time."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An object of S3 as it was when it was dropped; None where nobody knows."""

    key: str
    version: str | None
    etag: str | None
    size: int


@dataclass(frozen=True, kw_only=True)
class ReferenceRequest:
    """Images of one bucket; none may be larger than `max_bytes`."""

    bucket: str
    images: tuple[Reference, ...]
    max_bytes: int
    probabilities: bool  # of all classes in the answer, not of the first guesses only
    costs: bool = False  # a last row tells what all of them have cost


class Reader(Protocol):
    def read(self, bucket: str, reference: Reference, max_bytes: int) -> bytes:
        """Exactly the object that is meant; else ImageUnavailable or UnreadableImage."""
        ...


def decode_references(body: bytes) -> ReferenceRequest:
    """What Kennel itself has written: anything else is its own mistake, no image's."""
    try:
        return _request(json.loads(body))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise BadRequest(f"the body is no {SCHEMA} request ({reason})") from error


def check_size(size: int, max_bytes: int) -> None:
    """Before anything is read; raises UnreadableImage."""
    if size == 0:
        raise refusal("empty")
    if size > max_bytes:
        raise UnreadableImage(
            "too_large", f"the file is too large ({size} bytes; the limit is {max_bytes})"
        )


def _request(fields: Mapping[str, Any]) -> ReferenceRequest:
    """Unknown fields belong to whoever wrote them."""
    if fields["schema"] != SCHEMA:
        raise ValueError(f"the schema is {fields['schema']!r}")
    images = fields["images"]
    if not isinstance(images, list) or not images:
        raise ValueError(f"images are {images!r}")
    return ReferenceRequest(
        bucket=_text(fields["bucket"]),
        images=tuple(_reference(image) for image in images),
        max_bytes=_whole_number(fields["max_bytes"]),
        probabilities=bool(fields.get("probabilities", False)),
        costs=bool(fields.get("costs", False)),
    )


def _reference(fields: object) -> Reference:
    if not isinstance(fields, dict):
        raise ValueError(f"{fields!r} is no image")
    version, etag = fields.get("version"), fields.get("etag")
    return Reference(
        key=_text(fields["key"]),
        version=None if version is None else _text(version),
        etag=None if etag is None else _text(etag),
        size=_whole_number(fields["size"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r} is no text")
    return value


def _whole_number(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no number of bytes")
    return value
