"""What the serving code says about an image becomes a document of the promised form."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from inference_code.card import Architecture, Head, ModelCard, Thresholds
from inference_code.photos import Photo, UnreadableImage, read_photo
from inference_code.prediction import Decision, Prediction
from inference_code.preprocessing import Preprocessing
from pipeline.documents import document
from tests.fakes.surroundings import NOON
from tests.support.samples import CHAMPION, SETTINGS, waiting

VALIDATOR = Draft202012Validator(json.loads(Path("docs/prediction.schema.json").read_text()))
CARD = ModelCard(
    run="championrn",
    digest="m" * 64,
    architecture=Architecture(
        backbone="resnet50", features=2, weights="none", weights_digest="", trainable="head"
    ),
    head=Head(hidden_units=0, dropout=0.0),
    classes=tuple(f"breed {number}" for number in range(7)),
    preprocessing=Preprocessing(),
    temperature=1.0,
    thresholds=Thresholds(accept=0.5, unknown=0.0, accept_source="", unknown_source=""),
    metrics={},
    hyperparameters={},
    dataset_digest="",
    source_digest="",
    versions={},
)


def document_of(prediction: Prediction) -> dict[str, Any]:
    """The document, after the answer has been JSON on its way through Batch Transform."""
    answer = json.loads(json.dumps(prediction.document(CARD)))
    answer["predicted_at"] = NOON.strftime("%Y-%m-%dT%H:%M:%SZ")
    body = document(waiting(), answer, CHAMPION, bucket=SETTINGS.bucket)
    found: dict[str, Any] = json.loads(body)
    VALIDATOR.validate(found)
    return found


def photo(kind: str = "JPEG") -> Photo:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "tan").save(stream, kind)
    return read_photo(stream.getvalue())


@pytest.mark.parametrize("decision", ["accept", "review", "unknown"])
def test_an_answer_with_probabilities_becomes_a_document(decision: Decision) -> None:
    probabilities = np.array([0.1, 0.6, 0.05, 0.05, 0.1, 0.06, 0.04], dtype=np.float32)

    written = document_of(Prediction(decision, probabilities, photo()))

    assert written["decision"] == decision
    assert [found["index"] for found in written["predictions"]] == [1, 0, 4, 5, 2]
    assert written["predictions"][0]["label"] == "breed 1"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_a_document_tells_what_the_bytes_were(kind: str) -> None:
    probabilities = np.full(7, 1 / 7, dtype=np.float32)

    written = document_of(Prediction("review", probabilities, photo(kind)))

    assert written["image"] == {
        "bucket": SETTINGS.bucket,
        "key": "images/rex.jpg",
        "version": "v1",
        "etag": "a" * 32,
        "width": 40,
        "height": 30,
        "format": kind,
    }


@pytest.mark.parametrize("body", [b"", b"no image", b"%PDF-1.7", b"\xff\xd8\xff\xe0 cut off"])
def test_what_the_decoder_refuses_becomes_a_document(body: bytes) -> None:
    with pytest.raises(UnreadableImage) as raised:
        read_photo(body)

    written = document_of(Prediction("unreadable", error=raised.value))

    assert written["error"] == {"code": raised.value.code, "message": raised.value.message}
    assert written["predictions"] == []
