"""What a container adds to an answer when it is asked what the images have cost."""

from __future__ import annotations

from datetime import datetime

from inference_code.answers import ReferenceAnswer
from inference_code.costs import Costs, PhotoCost
from inference_code.encoding import encoder_for
from inference_code.references import decode_references
from pipeline.images import WaitingImage
from pipeline.references import dump_part
from tests.support.cards import example_card


def costs_row(images: int, memory: int = 100) -> bytes:
    """The last line of an answer: 4 ms of decoding and 5 of CPU an image."""
    costs = Costs(memory_bytes=memory)
    for _ in range(images):
        costs.add_photo(PhotoCost(decode=0.004, preprocess=0.001, cpu=0.005, memory=7))
    image = WaitingImage(key="images/a.jpg", size=1, etag="e")
    request = decode_references(dump_part([image], bucket="b", max_bytes=1, costs=True))
    answer = ReferenceAnswer((), False, example_card(), request, datetime(2026, 11, 20), costs)
    _, encode = encoder_for("application/jsonlines")
    return encode(answer) + b"\n"
