"""The served model: card and ONNX session. What changes with training comes from the card."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from inference_code.card import BadModelCard, ModelCard
from inference_code.decoding import ArrayRequest, BadRequest, Request
from inference_code.photos import Photo, UnreadableImage
from inference_code.prediction import Prediction, decide, energy, softmax
from inference_code.preprocessing import FloatArray

MODEL_FILE = "model.onnx"
INPUT_NAME = "image"


@dataclass(frozen=True)
class Answer:
    """One prediction per image; `single` when the request was one image and not a list."""

    predictions: tuple[Prediction, ...]
    single: bool
    card: ModelCard


@dataclass(frozen=True)
class Classifier:
    """Classifies what the request decoders give."""

    card: ModelCard
    session: Any  # onnxruntime has no types

    @classmethod
    def load(cls, folder: Path) -> Classifier:
        """Read card and network; a network that is not the card's is refused."""
        card = ModelCard.read(folder)
        network = (folder / MODEL_FILE).read_bytes()
        digest = hashlib.sha256(network).hexdigest()
        if digest != card.digest:
            raise BadModelCard(f"{MODEL_FILE} has digest {digest}, the card says {card.digest}")
        return cls(card, open_session(network))

    def answer(self, request: Request) -> Answer:
        """Predict for a decoded request."""
        if isinstance(request, ArrayRequest):
            return Answer(tuple(self._classify_array(request.images)), False, self.card)
        return Answer((self._classify_photo(request.photo),), True, self.card)

    def _classify_photo(self, photo: Photo | UnreadableImage) -> Prediction:
        """One image; what cannot be read is an answer, too."""
        if isinstance(photo, UnreadableImage):
            return Prediction("unreadable", error=photo)
        square = self.card.preprocessing.apply(photo.pixels)
        return self.judge(self._logits(square[np.newaxis]), [photo])[0]

    def _classify_array(self, images: FloatArray) -> list[Prediction]:
        """Images that the caller has preprocessed as the card says."""
        crop = self.card.preprocessing.crop
        if images.shape[1:] != (3, crop, crop):
            wanted = f"[n, 3, {crop}, {crop}]"
            raise BadRequest(f"the array is {list(images.shape)} instead of {wanted}")
        if not np.isfinite(images).all():
            raise BadRequest("the array holds values that are not finite")
        return self.judge(self._logits(images), [None] * len(images))

    def _logits(self, images: FloatArray) -> FloatArray:
        """[n, 3, crop, crop] to [n, classes], not calibrated."""
        (logits,) = self.session.run(None, {INPUT_NAME: images})
        return np.asarray(logits, dtype=np.float32)

    def judge(self, logits: FloatArray, photos: list[Photo] | list[None]) -> list[Prediction]:
        """Calibrate and decide."""
        probabilities = softmax(logits / np.float32(self.card.temperature))
        scores = energy(logits)
        thresholds = self.card.thresholds
        return [
            Prediction(decide(float(row.max()), float(score), thresholds), row, photo)
            for row, score, photo in zip(probabilities, scores, photos, strict=True)
        ]


def open_session(network: bytes) -> Any:
    """On the CPU; warnings of the optimiser are not for the job's log."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
