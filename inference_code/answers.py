"""What a request is answered with, before it is encoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from inference_code.card import ModelCard
from inference_code.costs import Costs
from inference_code.prediction import Prediction
from inference_code.references import ReferenceRequest


@dataclass(frozen=True)
class Answer:
    """One prediction per image; `single` when the request was one image and not a list."""

    predictions: tuple[Prediction, ...]
    single: bool
    card: ModelCard

    def documents(self) -> list[dict[str, object]]:
        return [prediction.document(self.card) for prediction in self.predictions]


@dataclass(frozen=True)
class ReferenceAnswer(Answer):
    """Predictions of images that were named: each says of which."""

    request: ReferenceRequest
    at: datetime
    costs: Costs = field(default_factory=Costs)

    def documents(self) -> list[dict[str, object]]:
        """A row an image, and one of what all of them have cost if that was asked for."""
        rows = [self._row(number, document) for number, document in enumerate(super().documents())]
        return [*rows, {"costs": vars(self.costs)}] if self.request.costs else rows

    def _row(self, number: int, document: dict[str, object]) -> dict[str, object]:
        image = self.request.images[number]
        if not self.request.probabilities:
            del document["probabilities"]
        of = {"key": image.key, "version": image.version, "etag": image.etag}
        return {**of, **document, "predicted_at": f"{self.at:%Y-%m-%dT%H:%M:%SZ}"}
