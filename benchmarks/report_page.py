"""The report of 133 classes: its bytes and the seconds to make it, by how many photos are mistaken.

    python -m benchmarks.report_page

The photos are drawn, with more detail than photos have at that size; the answers are drawn as well.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from tests.support.datasets import picture
from training_code.data.archive import CheckedArchive
from training_code.data.splits import ObjectSample, Splits
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.epochs import Epoch
from training_code.loops.metrics import Measurement
from training_code.report.interpretation import Course
from training_code.report.material import Material
from training_code.report.mistakes import TestAnswers
from training_code.report.page import render

CLASSES = 133
IMAGES = 836  # of the test split of the data set that has so many classes
SHARES = (0.8, 0.4, 0.05)  # of them recognised


def material(share: float, nothing: Path) -> Material:
    """A run of which no other job has left anything."""
    random = np.random.default_rng(1)
    names = tuple(f"{number:03d}.A_breed_with_a_long_name" for number in range(CLASSES))
    test = tuple(ObjectSample(f"{n}.jpg", n % CLASSES, f"{n}.jpg") for n in range(IMAGES))
    logits = random.normal(size=(IMAGES, CLASSES))
    known = np.flatnonzero(random.random(IMAGES) < share)
    logits[known, known % CLASSES] += 9
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    measured = Measurement(1.0, share, IMAGES)
    history = [Epoch(number, measured, measured) for number in range(1, 11)]
    archive = CheckedArchive(
        key="dogs.zip", version=None, etag="", bytes=0, directory_offset=0, directory_digest=""
    )
    return Material(
        course=Course(history, history[4], measured, Hyperparameters(run="kbenchmark"), CLASSES),
        answers=TestAnswers(test, probabilities.astype(np.float32)),
        splits=Splits(archive, names, names, (), (), test),
        read=lambda member: picture("dog", int(member.removesuffix(".jpg"))),
        reports=nothing,
        preparation=nothing,
    )


def main() -> None:
    print("recognised   bytes of the page   photos   seconds")
    with tempfile.TemporaryDirectory() as folder:
        for share in SHARES:
            began = time.perf_counter()
            page = render(material(share, Path(folder)))
            seconds = time.perf_counter() - began
            size, photos = len(page.encode()), page.count("<image ")
            print(f"{share:>10.0%}   {size:>17,}   {photos:>6}   {seconds:>7.1f}")


if __name__ == "__main__":
    main()
