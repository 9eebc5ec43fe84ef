"""How fast a batch of photos is predicted, against the bare model on the same cores.

A run on a local cloud trains the model. Then the same photos are measured on every part of
their way: tensors through ONNX Runtime alone, photos from memory through the container's code, the
same by reference out of the local cloud's S3, and at last a real transform job, from its start to
its last document. Time and CPU are both told, as others may want the cores, too. The exit status
is 1 if the job has less than the wanted share of the bare model's pace.

    make setup && .venv/bin/python -m benchmarks.batches
"""

from __future__ import annotations

import argparse
import io
import itertools
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.paces import Pace, measure
from benchmarks.transform import Dropped
from inference_code.classifier import INPUT_NAME, Classifier
from inference_code.decoders import Decoders
from inference_code.reference_batch import AT_ONCE
from inference_code.references import Reader, Reference, ReferenceRequest
from inference_code.s3_reader import S3Reader
from inference_code.service import Service as Model
from localcloud.cloud import LocalCloud
from tests.support.service import Service, drawn_dataset
from tests.support.stories import THIN

WANTED = 0.7
LINE_IMAGES = 32
MAX_BYTES = 20_000_000
DISTINCT = 64  # more photos would not be other work


class Memory:
    """Reads what is there already."""

    def __init__(self, photos: Sequence[bytes]) -> None:
        self._photos = itertools.cycle(photos)

    def read(self, *_: object) -> bytes:
        return next(self._photos)


def main() -> int:
    options = _options()
    photos = [_photo(number) for number in range(DISTINCT)]
    params = {"batch_images_least": str(options.images), "batch_window_minutes": "600"}
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCloud(Path(folder) / "cloud", params=params) as cloud,
    ):
        os.environ.update(cloud.environment)
        service = Service(cloud.environment)
        classifier = Classifier.load(_trained(service, options.backbone, Path(folder)))
        bare = _bare(classifier, options.images)
        bare.tell(bare)
        for pace in _ways(service, classifier, photos, options.images):
            pace.tell(bare)
        job = _job(service, photos, options.images)
        job.tell(bare)
    share = job.per_second / bare.per_second
    print(f"the job has {share:.2f} of the bare model's pace; wanted: {WANTED}")
    return 0 if share >= WANTED else 1


def _options() -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--backbone", default="mobilenet_v2")
    return parser.parse_args()


def _photo(number: int) -> bytes:
    """500 x 375, some 70 kB: smooth colours, and noise as cameras make it."""
    random = np.random.default_rng(number)
    x, y = np.meshgrid(np.linspace(0, 1, 500), np.linspace(0, 1, 375))
    smooth = np.stack([x, y, 1 - x * y], axis=-1) * random.integers(100, 240)
    noisy = smooth + random.normal(0, 12, smooth.shape)
    stream = io.BytesIO()
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(stream, "JPEG", quality=90)
    return stream.getvalue()


def _trained(service: Service, backbone: str, folder: Path) -> Path:
    """The artifact of a run whose model serves, unpacked."""
    service.upload(drawn_dataset(folder), "benchmark", **{**THIN, "backbone": backbone})
    run = str(service.run_in("benchmark", "serving", within=900)["run"])
    name = f"runs/{run}/model/kennel-local-training-{run}/output/model.tar.gz"
    with tarfile.open(fileobj=io.BytesIO(service.read(name) or b"")) as archive:
        archive.extractall(folder / "model", filter="data")
    return folder / "model"


def _bare(classifier: Classifier, images: int) -> Pace:
    """What needs neither reading nor decoding, in the container's own portions."""
    crop = classifier.card.preprocessing.crop
    tensors = np.random.default_rng(1).random((AT_ONCE, 3, crop, crop), dtype=np.float32)

    def work() -> None:
        for _ in range(images // AT_ONCE):
            classifier.session.run(None, {INPUT_NAME: tensors})

    work()  # once before it counts
    return measure("bare model", images, work)


def _ways(
    service: Service, classifier: Classifier, photos: Sequence[bytes], images: int
) -> Iterator[Pace]:
    made_up = [
        Reference(key=f"{number}", version="v1", etag=None, size=1) for number in range(images)
    ]
    yield _container("photos in memory", classifier, Memory(photos), "none", made_up)
    stored = Dropped(service).drop("benchmark", photos, images)
    yield _container("references to S3", classifier, S3Reader(), service.bucket, stored)


def _job(service: Service, photos: Sequence[bytes], images: int) -> Pace:
    dropped = Dropped(service)
    dropped.first_batch(photos[0])
    dropped.drop("images", photos, images)
    return dropped.batch(images)


def _container(
    name: str, classifier: Classifier, reader: Reader, bucket: str, images: Sequence[Reference]
) -> Pace:
    """Line by line through the code that a container runs."""
    decoders = Decoders(classifier.card.preprocessing)
    model = Model(classifier=classifier, decoders=decoders, reader=reader)

    def answer(start: int) -> None:
        line = tuple(images[start : start + LINE_IMAGES])
        request = ReferenceRequest(
            bucket=bucket, images=line, max_bytes=MAX_BYTES, probabilities=False
        )
        assert all(found.error is None for found in model.answer(request).predictions)

    def work() -> None:
        for start in range(0, len(images), LINE_IMAGES):
            answer(start)

    answer(0)  # starts the decoders
    try:
        return measure(name, len(images), work)
    finally:
        model.close()


if __name__ == "__main__":
    sys.exit(main())
