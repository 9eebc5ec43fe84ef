"""Requests by content type."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from inference_code.decoding import ArrayRequest, ImageRequest, decode_array, decoder_for
from inference_code.refusals import BadRequest, UnsupportedContentType
from tests.support.pictures import encoded, photo_like


def npy(array: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content_type",
    ["application/x-image", "image/png", "IMAGE/JPEG; q=1", "application/octet-stream"],
)
def test_image_bytes_are_taken_as_they_are_whatever_the_header_says(content_type: str) -> None:
    body = encoded(photo_like(9, 9))

    assert decoder_for(content_type)(body) == ImageRequest(body)


def test_an_unknown_content_type_names_those_that_work() -> None:
    with pytest.raises(UnsupportedContentType, match="'text/html' is none of application/x-im"):
        decoder_for("text/html")


def test_one_array_is_a_batch_of_one() -> None:
    request = decoder_for("application/x-npy")(npy(np.zeros((3, 4, 4))))

    assert isinstance(request, ArrayRequest)
    assert request.images.shape == (1, 3, 4, 4)
    assert request.images.dtype == np.float32


@pytest.mark.parametrize(
    "body",
    [
        b"no array",
        npy(np.zeros((2, 2))),
        npy(np.zeros((1, 4, 8, 8))),
        npy(np.array([{"a": "pickle"}])),
        npy(np.zeros((1, 3, 8, 8)))[:-8],
        npy(np.array("text")),
    ],
    ids=["text", "flat", "channels", "pickle", "short", "string"],
)
def test_an_array_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        decode_array(body)


@pytest.mark.parametrize(
    "header",
    ["-" * 9000 + "1", "1" + "+1" * 4500, "(" * 9000, "-" * 990 + "1", "1" + "+1" * 490],
    ids=["signs", "sums", "brackets", "short signs", "short sums"],
)
def test_a_header_that_is_deep_is_refused(header: str) -> None:
    body = b"\x93NUMPY\x01\0" + len(header).to_bytes(2, "little") + header.encode()

    with pytest.raises(BadRequest, match=r"^the body is no \.npy array of numbers$"):
        decode_array(body)


def test_a_header_that_announces_more_than_was_sent_takes_no_memory() -> None:
    lie = npy(np.zeros((1, 3, 8, 8))).replace(b"(1, 3, 8, 8)", b"(99999, 3,9)")

    with pytest.raises(BadRequest):
        decode_array(lie)
