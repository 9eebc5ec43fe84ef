from __future__ import annotations

import json

from pipeline.answers import answers_to
from pipeline.images import WaitingImage

A = WaitingImage(key="images/a.jpg", size=1, etag="e1", version="v1")
B = WaitingImage(key="images/b.jpg", size=1, etag="e2")


def line(image: WaitingImage, code: str | None = None) -> bytes:
    row: dict[str, object] = {
        "key": image.key,
        "version": image.version,
        "etag": image.etag,
        "image": {},
        "decision": None if code else "accept",
        "predictions": [],
        "error": {"code": code, "message": code} if code else None,
        "warnings": [],
        "predicted_at": "2026-11-24T18:00:00Z",
    }
    return json.dumps(row).encode() + b"\n"


def told(*outputs: bytes) -> list[str | None]:
    found = answers_to([A, B], outputs)
    return [
        answer and (answer["error"]["code"] if answer["error"] else "accept") for _, answer in found
    ]


def test_each_image_has_the_answer_to_its_own_edition() -> None:
    other = WaitingImage(key=A.key, size=1, etag="e0", version="v0")

    assert told(line(B) + line(other, "deleted")) == [None, "accept"]


def test_what_was_cut_off_is_no_answer() -> None:
    assert told(line(A) + line(B)[:-9]) == ["accept", None]


def test_a_later_output_adds_to_an_earlier_one_and_takes_nothing_away() -> None:
    assert told(line(A) + line(B, "unavailable"), line(A, "unavailable") + line(B)) == [
        "accept",
        "accept",
    ]
