"""Answers by accepted type."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from inference_code.classifier import Answer
from inference_code.encoding import UnsupportedAccept, encoder_for
from inference_code.photos import UnreadableImage
from inference_code.prediction import Prediction
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
