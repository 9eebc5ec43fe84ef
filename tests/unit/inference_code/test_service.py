"""The service: images by reference and by their bytes, hostile ones among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from inference_code.answers import Answer
from inference_code.decoding import ArrayRequest, ImageRequest
from inference_code.preprocessing import Preprocessing
from inference_code.refusals import BadRequest
from inference_code.service import Service
from tests.support.hostile_decoding import DEADLY, ENDLESS
from tests.support.image_buckets import ImageBucket
from tests.support.pictures import encoded, photo_like

ServiceMaker = Callable[..., Service]


def photo(number: int = 0) -> bytes:
    return encoded(photo_like(60 + number, 40), "JPEG")


def codes(answer: Answer) -> list[str | None]:
    errors = [prediction.error for prediction in answer.predictions]
    return [None if error is None else error.code for error in errors]


def probabilities(answer: Answer) -> Any:
    return np.stack([p.probabilities for p in answer.predictions if p.probabilities is not None])


def test_images_are_answered_in_the_order_in_which_they_were_named(
    serve: ServiceMaker, bucket: ImageBucket
) -> None:
    images = [bucket.put(f"images/{number}.jpg", photo(number)) for number in range(20)]

    answer = serve().answer(bucket.request(*images))

    widths = [prediction.photo and prediction.photo.width for prediction in answer.predictions]
    assert widths == [60 + number for number in range(20)]
    assert codes(answer) == [None] * 20


def test_a_photo_has_the_same_probabilities_whatever_way_it_comes(
    serve: ServiceMaker, bucket: ImageBucket
) -> None:
    service = serve()
    images = [bucket.put(f"images/{number}.jpg", photo(number)) for number in range(11)]
    squares = [Preprocessing().apply(photo_like(60, 40))]

    together = probabilities(service.answer(bucket.request(*images)))
    alone = [probabilities(service.answer(bucket.request(image)))[0] for image in images]
    sent = [probabilities(service.answer(ImageRequest(photo(n))))[0] for n in range(11)]

    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(together, sent, atol=1e-6)
    lossless = probabilities(service.answer(ImageRequest(encoded(photo_like(60, 40)))))
    array = probabilities(service.answer(ArrayRequest(np.stack(squares))))
    np.testing.assert_allclose(lossless, array, atol=1e-6)


def test_hostile_images_cost_their_neighbours_nothing(
    serve: ServiceMaker, bucket: ImageBucket
) -> None:
    bodies = [photo(), ENDLESS, photo(), DEADLY, photo(), b"junk", photo()]
    images = [bucket.put(f"images/{n}.jpg", body) for n, body in enumerate(bodies)]
    gone = images[0] | {"key": "images/gone.jpg"}

    answer = serve(limit_seconds=3).answer(bucket.request(*images, gone))

    reasons = ["too_slow", "crashed_decoder", "not_an_image", "deleted"]
    slow, crashed, junk, deleted = reasons
    assert codes(answer) == [None, slow, None, crashed, None, junk, None, deleted]
    assert [prediction.decision for prediction in answer.predictions][-3:] == [
        "unreadable",
        answer.predictions[0].decision,
        None,
    ]


def test_a_request_whose_time_is_over_says_so_of_what_is_left(
    serve: ServiceMaker, bucket: ImageBucket
) -> None:
    images = [bucket.put(f"images/{number}.jpg", ENDLESS) for number in range(3)]

    answer = serve(limit_seconds=4, request_seconds=1).answer(bucket.request(*images))

    assert codes(answer) == ["unavailable"] * 3
    assert [prediction.decision for prediction in answer.predictions] == [None] * 3


@pytest.mark.parametrize(("body", "code"), [(ENDLESS, "too_slow"), (DEADLY, "crashed_decoder")])
def test_bytes_that_are_sent_are_decoded_within_the_same_limits(
    serve: ServiceMaker, body: bytes, code: str
) -> None:
    service = serve(limit_seconds=2)

    assert codes(service.answer(ImageRequest(body))) == [code]
    assert codes(service.answer(ImageRequest(photo()))) == [None]


def test_an_array_of_another_size_than_the_model_s_is_refused(serve: ServiceMaker) -> None:
    with pytest.raises(BadRequest, match=r"\[n, 3, 224, 224\]"):
        serve().answer(ArrayRequest(np.zeros((1, 3, 8, 8), dtype=np.float32)))
