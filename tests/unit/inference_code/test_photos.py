"""Decoding: every kind of file becomes upright RGB pixels, or says why not."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from inference_code.photos import UnreadableImage, read_photo
from tests.support.pictures import encoded, photo_like


def reason(body: bytes) -> str:
    with pytest.raises(UnreadableImage) as caught:
        read_photo(body)
    assert caught.value.message
    return caught.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF"])
def test_common_formats_are_read(kind: str) -> None:
    photo = read_photo(encoded(photo_like(40, 30), kind))

    assert (photo.width, photo.height, photo.format) == (40, 30, kind)
    assert photo.pixels.mode == "RGB"


def test_the_orientation_that_the_camera_noted_is_applied() -> None:
    image = Image.new("RGB", (40, 20), "blue")
    image.paste("red", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise

    photo = read_photo(encoded(image, "JPEG", exif=exif))

    assert (photo.width, photo.height) == (20, 40)
    red, _, blue = photo.pixels.getpixel((10, 5))  # type: ignore[misc]  # three channels
    assert red > 200 > 50 > blue


def test_what_was_transparent_becomes_white() -> None:
    image = Image.new("RGBA", (8, 8), (255, 0, 0, 0))

    photo = read_photo(encoded(image))

    assert photo.pixels.getpixel((4, 4)) == (255, 255, 255)


def test_a_palette_with_a_transparent_colour_is_read() -> None:
    image = photo_like(16, 16).convert("P")
    image.info["transparency"] = 0

    assert read_photo(encoded(image, "PNG", transparency=0)).pixels.mode == "RGB"


def test_sixteen_bit_grey_keeps_its_shades() -> None:
    shades = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)

    grey = np.asarray(read_photo(encoded(Image.fromarray(shades))).pixels)[:, :, 0]

    assert grey.min() == 0
    assert grey.max() == 255
    assert len(np.unique(grey)) == 64


@pytest.mark.parametrize("mode", ["1", "L", "LA", "CMYK", "YCbCr", "F", "I"])
def test_unusual_modes_become_three_channels(mode: str) -> None:
    photo = read_photo(encoded(photo_like(12, 12).convert("L").convert(mode), "TIFF"))

    assert photo.pixels.mode == "RGB"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_file_that_ends_early_is_truncated_and_not_filled_up(kind: str) -> None:
    body = encoded(photo_like(200, 200), kind)

    assert reason(body[: len(body) // 2]) in {"truncated", "corrupt"}


def test_a_jpeg_without_its_end_is_truncated() -> None:
    body = encoded(photo_like(200, 200), "JPEG")

    assert reason(body[:-2000]) == "truncated"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"hello, I am a text", "not_an_image"),
        (b"%PDF-1.7 and so on", "unsupported_format"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "unsupported_format"),
        (b"\xff\xd8\xff\xe0 then nothing", "truncated"),
        (b"\x89PNG but nothing like it", "corrupt"),
    ],
)
def test_what_is_no_image_says_so(body: bytes, code: str) -> None:
    assert reason(body) == code


def test_a_header_that_announces_too_many_pixels_is_refused_unseen() -> None:
    for side in (9_000, 30_000):  # below and above what Pillow itself objects to
        assert reason(png_of_size(side, side)) == "too_large"


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that announces pixels and has none."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    checksum = struct.pack(">I", zlib.crc32(header))
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + checksum
    return start + struct.pack(">I", 100) + b"IDAT"
