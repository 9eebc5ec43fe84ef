"""Probabilities and decisions."""

from __future__ import annotations

import numpy as np
import pytest

from inference_code.photos import Photo, UnreadableImage
from inference_code.prediction import Prediction, decide, energy, softmax
from tests.support.cards import example_card
from tests.support.pictures import photo_like


def test_probabilities_sum_to_one_for_any_logits() -> None:
    logits = np.array([[1e4, 0, -1e4], [0, 0, 0]], dtype=np.float32)

    assert softmax(logits).sum(axis=1) == pytest.approx([1, 1])


def test_energy_is_the_logarithm_of_the_summed_exponentials() -> None:
    logits = np.array([[1.0, 2.0], [-3.0, 0.5]], dtype=np.float32)

    assert energy(logits) == pytest.approx(np.log(np.exp(logits).sum(axis=1)))


@pytest.mark.parametrize(
    ("probability", "score", "decision"),
    [(0.9, 5.0, "accept"), (0.6, 5.0, "accept"), (0.5, 5.0, "review"), (0.9, -3.0, "unknown")],
)
def test_decisions_follow_the_card(probability: float, score: float, decision: str) -> None:
    assert decide(probability, score, example_card().thresholds) == decision


def test_the_document_lists_the_best_guesses_first() -> None:
    prediction = Prediction("accept", np.array([0.25, 0.75], dtype=np.float32))

    document = prediction.document(example_card())

    assert document["predictions"] == [
        {"label": "Poodle", "index": 1, "probability": 0.75},
        {"label": "Beagle", "index": 0, "probability": 0.25},
    ]
    assert document["probabilities"] == [0.25, 0.75]


def test_an_unreadable_image_has_a_reason_and_no_predictions() -> None:
    prediction = Prediction("unreadable", error=UnreadableImage("empty", "nothing in it"))

    document = prediction.document(example_card())

    assert document["error"] == {"code": "empty", "message": "nothing in it"}
    assert (document["predictions"], document["probabilities"]) == ([], None)


def test_the_document_tells_what_is_wrong_with_a_picture_that_was_predicted() -> None:
    probabilities = np.array([0.25, 0.75], dtype=np.float32)
    photo = Photo(photo_like(4, 4), "JPEG", warnings=("partial",))

    assert Prediction("accept", probabilities).document(example_card())["warnings"] == []
    document = Prediction("accept", probabilities, photo).document(example_card())
    assert document["warnings"] == ["partial"]
