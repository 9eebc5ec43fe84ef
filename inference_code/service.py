"""Answers every kind of request: the classifier, and what brings images to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from inference_code.answers import Answer, ReferenceAnswer
from inference_code.classifier import Classifier
from inference_code.costs import CostLog
from inference_code.decoders import Decoders
from inference_code.decoding import ArrayRequest, Request
from inference_code.prediction import Prediction
from inference_code.reference_batch import ReferenceBatch
from inference_code.references import Reader, ReferenceRequest
from inference_code.unreadable import UnreadableImage

# A transform job waits 300 seconds for an answer, and what is late costs all of it.
REQUEST_SECONDS = 240.0


@dataclass(frozen=True, kw_only=True)
class Service:
    """What model_fn gives and predict_fn asks."""

    classifier: Classifier
    decoders: Decoders
    reader: Reader
    request_seconds: float = REQUEST_SECONDS
    log: CostLog = field(default_factory=CostLog)

    def answer(self, request: Request) -> Answer:
        """Predict for a decoded request."""
        card = self.classifier.card
        if isinstance(request, ReferenceRequest):
            batch = self._batch()
            with batch.costs.serving():
                predictions = batch.predict(request)
            self.log.add(batch.costs)
            at, costs = datetime.now(UTC), batch.costs
            return ReferenceAnswer(predictions, False, card, request=request, at=at, costs=costs)
        if isinstance(request, ArrayRequest):
            return Answer(tuple(self.classifier.classify_array(request.images)), False, card)
        return Answer((self._of_image(request.body),), True, card)

    def _batch(self) -> ReferenceBatch:
        return ReferenceBatch(
            reader=self.reader,
            decoders=self.decoders,
            classifier=self.classifier,
            seconds=self.request_seconds,
        )

    def _of_image(self, body: bytes) -> Prediction:
        """One image; what cannot be read is an answer, too."""
        try:
            return self.classifier.classify_photos([self.decoders.decode(body)])[0]
        except UnreadableImage as error:
            return Prediction("unreadable", error=error)

    def close(self) -> None:
        self.decoders.close()
