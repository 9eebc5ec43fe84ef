"""TIFFs: the first page is read; one that costs more than its pixels is refused."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from inference_code.photos import UnreadableImage, read_photo
from tests.support.pictures import encoded, photo_like

Entry = tuple[int, int, int, int]  # tag, type, count, value or where the values are
PHOTO = photo_like(60, 40)


def tiff(*entries: Entry, values: bytes = b"") -> bytes:
    """The values come behind the directory, at byte 1000."""
    directory = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    start = b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + directory + bytes(4)
    return start.ljust(1000, b"\0") + values


def grey(strips: Entry, lengths: Entry, *more: Entry) -> list[Entry]:
    """16 x 16 pixels of 8 bits."""
    fixed = [(256, 4, 1, 16), (257, 4, 1, 16), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    return [*fixed, strips, (277, 3, 1, 1), lengths, *more]


def reason(body: bytes) -> str:
    with pytest.raises(UnreadableImage) as caught:
        read_photo(body)
    return caught.value.code


def test_further_pages_are_not_read() -> None:
    pages = encoded(PHOTO, "TIFF", save_all=True, append_images=[PHOTO.rotate(90)] * 3)

    assert np.array_equal(np.asarray(read_photo(pages).pixels), np.asarray(PHOTO))


def test_a_picture_in_one_strip_is_read() -> None:
    body = tiff(*grey((273, 4, 1, 1000), (279, 4, 1, 256)), values=bytes(range(256)))

    assert np.asarray(read_photo(body).pixels)[:, :, 0].tobytes() == bytes(range(256))


def test_missing_strips_are_missing_rows() -> None:
    two = struct.pack("<II", 1100, 1228)
    body = tiff(
        *grey((273, 4, 2, 1000), (279, 4, 2, 1000), (278, 3, 1, 4)), values=two + bytes(400)
    )

    assert reason(body) == "truncated"


def test_strips_are_counted() -> None:
    count = 150_000
    entries = grey((273, 4, count, 1000), (279, 4, count, 1000), (278, 3, 1, 1))

    assert reason(tiff(*entries, values=bytes(4 * count * 2))) == "too_many_parts"


def test_values_that_lie_upon_each_other_are_not_read_again_and_again() -> None:
    notes = [(tag, 7, 1_000_000, 1000) for tag in range(40_000, 40_050)]
    entries = grey((273, 4, 1, 1000), (279, 4, 1, 256), *notes)

    assert reason(tiff(*entries, values=bytes(1_000_000))) == "corrupt"


@pytest.mark.parametrize(
    "entry", [(258, 3, 1, 24), (262, 3, 1, 99), (339, 3, 1, 6), (338, 3, 1, 0)]
)
def test_a_kind_that_is_not_read_is_named(entry: Entry) -> None:
    entries = {e[0]: e for e in grey((273, 4, 1, 1000), (279, 4, 1, 256))}
    body = tiff(*{**entries, entry[0]: entry}.values(), values=bytes(1000))

    with pytest.raises(UnreadableImage, match="this kind of TIFF is not supported: send JPEG"):
        read_photo(body)
