"""What the classifier says about one image, and when it trusts itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from inference_code.card import ModelCard, Thresholds
from inference_code.preprocessing import FloatArray

Decision = Literal["accept", "review", "unknown", "unreadable"]
TOP = 5


class PhotoFacts(Protocol):
    """What an answer tells of a photo: its size as seen upright, its format, what is wrong."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def format(self) -> str: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...


class Reason(Protocol):
    """Why there is no prediction; the code is for programs, the message for people."""

    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...


@dataclass(frozen=True)
class Prediction:
    """Calibrated probabilities of all classes, or the reason why there are none."""

    decision: Decision | None  # None: nothing can be said of the image now
    probabilities: FloatArray | None = None  # [classes]
    photo: PhotoFacts | None = None
    error: Reason | None = None

    def document(self, card: ModelCard) -> dict[str, object]:
        """The answer as JSON."""
        probabilities = self.probabilities
        return {
            "decision": self.decision,
            "predictions": []
            if probabilities is None
            else _best_guesses(probabilities, card.classes),
            "probabilities": None if probabilities is None else [float(p) for p in probabilities],
            "image": _describe_photo(self.photo),
            "error": self.error and {"code": self.error.code, "message": self.error.message},
            "warnings": list(self.photo.warnings) if self.photo else [],
            "model": {"run": card.run, "digest": card.digest},
        }


def _describe_photo(photo: PhotoFacts | None) -> dict[str, int | str | None]:
    """Nothing is known of what could not be read."""
    if photo is None:
        return {"width": None, "height": None, "format": None}
    return {"width": photo.width, "height": photo.height, "format": photo.format}


def _best_guesses(probabilities: FloatArray, classes: tuple[str, ...]) -> list[dict[str, object]]:
    """The most probable classes, best first; among equals the lower index."""
    order = np.argsort(-probabilities, kind="stable")[:TOP]
    return [
        {"label": classes[i], "index": int(i), "probability": float(probabilities[i])}
        for i in order
    ]


def softmax(logits: FloatArray) -> FloatArray:
    """[n, classes] logits to probabilities; in float64, so that rows sum to 1 within rounding."""
    shifted = np.exp(np.float64(logits) - np.max(logits, axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def energy(logits: FloatArray) -> FloatArray:
    """[n] logsumexp of the logits: low when no class feels responsible (Liu et al. 2020)."""
    highest = np.max(logits, axis=1)
    spread = np.exp(np.float64(logits) - highest[:, np.newaxis]).sum(axis=1)
    return np.asarray(highest + np.log(spread), dtype=np.float32)


def decide(probability: float, score: float, thresholds: Thresholds) -> Decision:
    """From the first guess's probability and the energy score."""
    if score < thresholds.unknown:
        return "unknown"
    return "accept" if probability >= thresholds.accept else "review"
