"""The served model: card and ONNX session. What changes with training comes from the card."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from inference_code.card import BadModelCard, ModelCard
from inference_code.costs import Costs
from inference_code.decoder_process import PreparedPhoto
from inference_code.environment import processors
from inference_code.prediction import Prediction, decide, energy, softmax
from inference_code.preprocessing import FloatArray
from inference_code.refusals import BadRequest

MODEL_FILE = "model.onnx"
INPUT_NAME = "image"


@dataclass(frozen=True)
class Classifier:
    """Classifies squares and arrays; where they come from it does not know."""

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

    def classify_photos(
        self, photos: Sequence[PreparedPhoto], costs: Costs | None = None
    ) -> list[Prediction]:
        """All at once: some few, as each takes memory on its way through the network."""
        normalise, costs = self.card.preprocessing.normalise, costs or Costs()
        with costs.preprocessing():
            images = np.stack([normalise(photo.square) for photo in photos])
        with costs.predicting():
            logits = self._logits(images)
        for photo in photos:
            costs.add_photo(photo.cost)
        return self._judge(logits, photos)

    def classify_array(self, images: FloatArray) -> list[Prediction]:
        """Images that the caller has preprocessed as the card says."""
        crop = self.card.preprocessing.crop
        if images.shape[1:] != (3, crop, crop):
            wanted = f"[n, 3, {crop}, {crop}]"
            raise BadRequest(f"the array is {list(images.shape)} instead of {wanted}")
        if not np.isfinite(images).all():
            raise BadRequest("the array holds values that are not finite")
        return self._judge(self._logits(images), [None] * len(images))

    def _logits(self, images: FloatArray) -> FloatArray:
        """[n, 3, crop, crop] to [n, classes], not calibrated."""
        (logits,) = self.session.run(None, {INPUT_NAME: images})
        return np.asarray(logits, dtype=np.float32)

    def _judge(
        self, logits: FloatArray, photos: Sequence[PreparedPhoto | None]
    ) -> list[Prediction]:
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
    options.intra_op_num_threads = processors()
    options.inter_op_num_threads = 1  # a network of one path has nothing to do side by side
    # Threads that spin while they wait take the cores from those that decode.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
