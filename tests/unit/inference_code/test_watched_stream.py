"""A stream tells whether its reader needed what stands behind a place."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from inference_code.jpeg_file import JpegFile
from inference_code.jpeg_gaps import watched_place
from inference_code.watched_stream import WatchedStream
from tests.support.jpeg_cuts import of_size
from tests.support.pictures import encoded, photo_like

PHOTO = encoded(photo_like(400, 300), "JPEG")


def decoded(body: bytes) -> tuple[bytes, bool]:
    """Its pixels, and whether its end was needed for them."""
    jpeg = JpegFile.read(body)
    stream = WatchedStream(jpeg.whole(), watched_place(jpeg))
    with Image.open(stream) as image:
        return image.tobytes(), stream.was_passed


def test_a_whole_picture_needs_its_end() -> None:
    with Image.open(BytesIO(PHOTO)) as image:
        assert decoded(PHOTO) == (image.tobytes(), True)


def test_a_picture_that_is_finished_early_does_not() -> None:
    _, end_was_needed = decoded(of_size(PHOTO, 400, 150))

    assert not end_was_needed


def test_nothing_is_watched_where_decoding_would_not_tell() -> None:
    progressive = encoded(photo_like(400, 300), "JPEG", progressive=True)

    assert watched_place(JpegFile.read(progressive)) is None


@pytest.mark.parametrize("size", [None, -1, 1, 3, 100])
def test_all_bytes_come_whatever_is_asked_for(size: int | None) -> None:
    stream, found = WatchedStream(b"0123456789", 4), b""

    while part := stream.read(size):
        found += part

    assert found == b"0123456789"
    assert stream.was_passed
