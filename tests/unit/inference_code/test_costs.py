"""What images cost in the container: told where it is asked for, and in its log now and then."""

from __future__ import annotations

import json
from collections.abc import Callable

from inference_code.costs import CostLog, Costs, PhotoCost
from inference_code.encoding import encoder_for
from inference_code.service import Service
from tests.support.image_buckets import ImageBucket
from tests.support.pictures import encoded, photo_like

PHOTO = encoded(photo_like(600, 400), "JPEG")


def test_a_request_that_asks_gets_a_last_row_with_the_costs_of_its_photos(
    serve: Callable[..., Service], bucket: ImageBucket
) -> None:
    photos = [bucket.put(f"images/{number}.jpg", PHOTO) for number in range(5)]
    junk = bucket.put("images/junk.jpg", b"junk")

    answer = serve().answer(bucket.request(*photos, junk, costs=True))

    *images, last = (
        json.loads(line) for line in encoder_for("application/jsonlines")[1](answer).split(b"\n")
    )
    costs = last["costs"]
    assert len(images) == 6
    assert costs["images"] == 5
    seconds = [costs[f"{part}_seconds"] for part in ("decode", "preprocess", "model", "cpu")]
    assert min(seconds) > 0
    # Python, numpy and a network need that much at least.
    assert min(costs["memory_bytes"], costs["decoder_memory_bytes"]) > 10_000_000


def test_a_request_that_does_not_ask_gets_a_row_an_image_alone(
    serve: Callable[..., Service], bucket: ImageBucket
) -> None:
    photo = bucket.put("images/a.jpg", PHOTO)

    assert len(serve().answer(bucket.request(photo)).documents()) == 1


def test_the_log_has_a_line_a_minute_of_all_images_so_far() -> None:
    lines: list[str] = []
    now = [1000.0]
    log = CostLog(lines.append, lambda: now[0])

    for _ in range(3):
        costs = Costs(memory_bytes=512_000_000)
        costs.add_photo(PhotoCost(decode=0.004, preprocess=0.001, cpu=0.006, memory=90_000_000))
        log.add(costs)
        now[0] += 31

    assert lines == [
        f"costs: {images} images so far, each decode 4.0 ms, preprocess 1.0 ms, model 0.0 ms, "
        "cpu 6.0 ms; memory 512 MB, a decoder 90 MB"
        for images in (1, 3)
    ]
