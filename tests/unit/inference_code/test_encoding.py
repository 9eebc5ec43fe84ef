"""Answers by accepted type."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from inference_code.answers import Answer, ReferenceAnswer
from inference_code.encoding import encoder_for
from inference_code.photos import UnreadableImage
from inference_code.prediction import Prediction
from inference_code.references import ImageUnavailable, Reference, ReferenceRequest
from inference_code.refusals import UnsupportedAccept
from tests.support.cards import example_card

SURE = Prediction("accept", np.array([0.25, 0.75], dtype=np.float32))
BROKEN = Prediction("unreadable", error=UnreadableImage("empty", "nothing in it"))


def encoded(accept: str, *predictions: Prediction, single: bool = False) -> bytes:
    _, encode = encoder_for(accept)
    return encode(Answer(predictions, single, example_card()))


def test_one_image_is_answered_by_an_object_and_several_by_a_list() -> None:
    one = json.loads(encoded("application/json", SURE, single=True))
    several = json.loads(encoded("application/json", SURE, BROKEN))

    assert one["decision"] == "accept"
    assert [row["decision"] for row in several] == ["accept", "unreadable"]


def rows(*predictions: Prediction, probabilities: bool = False) -> list[dict[str, Any]]:
    """What a request by reference is answered."""
    images = tuple(
        Reference(key=f"images/{number}\u2028.jpg", version="v1", etag="e1", size=9)
        for number in range(len(predictions))
    )
    request = ReferenceRequest(bucket="b", images=images, max_bytes=9, probabilities=probabilities)
    at = datetime(2026, 11, 24, 18, 0, 0, 999, tzinfo=UTC)
    answer = ReferenceAnswer(predictions, False, example_card(), request=request, at=at)
    kind, encode = encoder_for("application/jsonlines")
    assert kind == "application/jsonlines"
    return [json.loads(line) for line in encode(answer).decode().splitlines()]


def test_images_by_reference_are_answered_by_a_line_each() -> None:
    gone = Prediction(None, error=ImageUnavailable("deleted", "gone"))

    accepted, broken, deleted = rows(SURE, BROKEN, gone)

    assert accepted == {
        "key": "images/0\u2028.jpg",
        "version": "v1",
        "etag": "e1",
        "decision": "accept",
        "predictions": [
            {"label": "Poodle", "index": 1, "probability": 0.75},
            {"label": "Beagle", "index": 0, "probability": 0.25},
        ],
        "image": {"width": None, "height": None, "format": None},
        "error": None,
        "warnings": [],
        "model": {"run": "abcdefghij", "digest": "d" * 64},
        "predicted_at": "2026-11-24T18:00:00Z",
    }
    assert broken["error"] == {"code": "empty", "message": "nothing in it"}
    assert (deleted["decision"], deleted["error"]["code"]) == (None, "deleted")


def test_all_probabilities_are_in_a_line_that_was_asked_for_them() -> None:
    accepted, broken = rows(SURE, BROKEN, probabilities=True)

    assert accepted["probabilities"] == [0.25, 0.75]
    assert broken["probabilities"] is None


def test_floats_come_as_comma_separated_lines() -> None:
    assert encoded("text/csv", SURE, SURE) == b"0.25,0.75\n0.25,0.75\n"


def test_floats_come_as_an_array_with_nan_for_what_cannot_be_read() -> None:
    array = np.load(io.BytesIO(encoded("application/x-npy", SURE, BROKEN)), allow_pickle=False)

    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, [[0.25, 0.75], [np.nan, np.nan]])


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/json, text/plain", "text/html, */*;q=1"]
)
def test_json_is_what_most_callers_get(accept: str) -> None:
    assert encoder_for(accept)[0] == "application/json"


def test_a_type_that_cannot_be_answered_is_refused() -> None:
    with pytest.raises(UnsupportedAccept, match="'image/png' is none of"):
        encoder_for("image/png")
