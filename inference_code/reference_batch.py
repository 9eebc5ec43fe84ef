"""The images of one request by reference: read, decoded and predicted side by side.

Each image has a thread that reads it and has it decoded; whatever is ready is predicted, some
images at a time, while others are still on their way. No core waits for S3.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from inference_code.classifier import Classifier
from inference_code.costs import Costs
from inference_code.decoder_process import NoDecoder, PreparedPhoto
from inference_code.decoders import Decoders
from inference_code.prediction import Prediction
from inference_code.references import ImageUnavailable, Reader, Reference, ReferenceRequest
from inference_code.unreadable import UnreadableImage

AT_ONCE = 4  # images through the network: more are not faster, and the cores wait for them
READ_AT_ONCE = 32
Got = PreparedPhoto | UnreadableImage | ImageUnavailable
OVER = ImageUnavailable("unavailable", "the request's time was over before the image was decoded")
OUT_OF_TIME = Prediction(None, error=OVER)


@dataclass(frozen=True, kw_only=True)
class ReferenceBatch:
    """Predicts a request's images within a time."""

    reader: Reader
    decoders: Decoders
    classifier: Classifier
    seconds: float
    costs: Costs = field(default_factory=Costs)

    def predict(self, request: ReferenceRequest) -> tuple[Prediction, ...]:
        """In the request's order; what has not come in time is said to be unavailable."""
        predictions = [OUT_OF_TIME] * len(request.images)
        for ready in self._ready(request):
            photos = [got for _, got in ready if isinstance(got, PreparedPhoto)]
            of_photos = iter(self.classifier.classify_photos(photos, self.costs) if photos else ())
            for number, got in ready:
                refused = _refused(got)
                predictions[number] = next(of_photos) if refused is None else refused
        return tuple(predictions)

    def _ready(self, request: ReferenceRequest) -> Iterator[list[tuple[int, Got]]]:
        """Some images each time, by their number, until there are no more or the time is over."""
        due = time.monotonic() + self.seconds
        threads = ThreadPoolExecutor(READ_AT_ONCE, "image")
        coming = {
            threads.submit(self._get, request, image, due): number
            for number, image in enumerate(request.images)
        }
        ready: list[tuple[int, Got]] = []
        try:
            for one in as_completed(coming, timeout=self.seconds):
                ready.append((coming[one], one.result()))
                if len(ready) == AT_ONCE:
                    yield ready
                    ready = []
        except TimeoutError:
            pass
        finally:
            # Threads that are not done yet end by themselves: reading and decoding have limits.
            threads.shutdown(wait=False, cancel_futures=True)
        if ready:
            yield ready

    def _get(self, request: ReferenceRequest, image: Reference, due: float) -> Got:
        try:
            body = self.reader.read(request.bucket, image, request.max_bytes)
            return self.decoders.decode(body, due)
        except (UnreadableImage, ImageUnavailable) as error:
            return error
        except NoDecoder as error:
            return ImageUnavailable("unavailable", str(error))


def _refused(got: Got) -> Prediction | None:
    if isinstance(got, UnreadableImage):
        return Prediction("unreadable", error=got)
    return Prediction(None, error=got) if isinstance(got, ImageUnavailable) else None
