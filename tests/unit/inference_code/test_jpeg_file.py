"""The segments of a JPEG: what costs too much is refused, what shows nothing is left out."""

from __future__ import annotations

import numpy as np
import pytest

from inference_code.jpeg_file import JpegFile
from inference_code.photos import UnreadableImage, read_photo
from inference_code.unreadable import MAX_PARTS, MAX_SCANS
from tests.support.jpeg_cuts import EMPTY_SCAN, END, with_segment
from tests.support.pictures import encoded, photo_like

PROGRESSIVE = encoded(photo_like(200, 200), "JPEG", progressive=True)
BASELINE = encoded(photo_like(200, 200), "JPEG")


def reason(body: bytes) -> str:
    with pytest.raises(UnreadableImage) as caught:
        read_photo(body)
    return caught.value.code


def test_scans_are_counted_before_they_are_decoded() -> None:
    written = len(JpegFile.read(PROGRESSIVE).scans)
    most = PROGRESSIVE[:-2] + EMPTY_SCAN * (MAX_SCANS - written)

    assert written == 10
    assert read_photo(most + END).warnings == ()
    assert reason(most + EMPTY_SCAN + END) == "too_many_scans"


def test_three_megabytes_of_empty_scans_are_not_decoded() -> None:
    bomb = PROGRESSIVE[:-2] + EMPTY_SCAN * 300_000 + END

    assert reason(bomb) == "too_many_scans"


def test_segments_are_counted() -> None:
    assert reason(BASELINE[:2] + b"\xff\xfe\0\2" * (MAX_PARTS + 1) + BASELINE[2:]) == (
        "too_many_parts"
    )


@pytest.mark.parametrize(
    ("marker", "payload"),
    [
        (0xEE, b"Adobe"),
        (0xEE, b"Adobe\0\x64\0"),
        (0xE0, b"JFIF\0"),
        (0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff"),
        (0xE1, b"Exif\0\0II+\0" + b"\xff" * 40),
        (0xE2, b"MPF\0II*\0\xff\xff\xff\xff"),
        (0xE2, b"ICC_PROFILE\0"),
        (0xED, b"Photoshop 3.0\0" + b"8BIM"),
        (0xFE, b""),
    ],
)
def test_segments_beside_the_picture_may_be_broken(marker: int, payload: bytes) -> None:
    photo = read_photo(with_segment(BASELINE, marker, payload))

    assert photo.warnings == ()
    assert np.array_equal(np.asarray(photo.pixels), np.asarray(read_photo(BASELINE).pixels))


@pytest.mark.parametrize(
    ("marker", "bits"), [(b"\xff\xc0", 12), (b"\xff\xc3", 8), (b"\xff\xc9", 8)]
)
def test_kinds_that_no_browser_shows_are_named(marker: bytes, bits: int) -> None:
    frame = BASELINE.index(b"\xff\xc0")
    body = BASELINE[:frame] + marker + BASELINE[frame + 2 : frame + 4] + bytes([bits])

    assert reason(body + BASELINE[frame + 5 :]) == "unsupported_format"


@pytest.mark.parametrize("size", [0, 3, 20])
def test_a_file_that_ends_before_its_picture_is_truncated(size: int) -> None:
    assert reason(BASELINE[: 3 + size]) == "truncated"
