"""Decoding: every kind of file becomes upright RGB pixels, or says why not."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageOps

from inference_code.photos import UnreadableImage, read_photo
from tests.support.pictures import encoded, photo_like
from tests.support.png_chunks import png


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


@pytest.mark.parametrize("mode", ["1", "L", "LA", "CMYK", "F", "I"])
def test_unusual_modes_become_three_channels(mode: str) -> None:
    photo = read_photo(encoded(photo_like(12, 12).convert("L").convert(mode), "TIFF"))

    assert photo.pixels.mode == "RGB"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF"])
def test_a_file_of_which_half_is_there_is_refused(kind: str) -> None:
    body = encoded(photo_like(200, 200), kind)

    assert reason(body[: len(body) // 2]) == "truncated"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_applied_in_every_format(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    body = encoded(photo_like(40, 20), kind, exif=exif)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(body))).convert("RGB")

    assert np.array_equal(np.asarray(read_photo(body).pixels), np.asarray(expected))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"hello, I am a text", "not_an_image"),
        (b"%PDF-1.7 and so on", "unsupported_format"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "unsupported_format"),
        (b"\xff\xd8\xff\xe0 then nothing", "truncated"),
        (b"\x89PNG but nothing like it", "corrupt"),
        (b"II*\0\x08\0\0\0", "truncated"),
        (b"GIF89a", "truncated"),
        (b"BM and more of the kind, but no bitmap", "not_an_image"),
    ],
)
def test_what_is_no_image_says_so(body: bytes, code: str) -> None:
    assert reason(body) == code


def test_a_header_that_announces_too_many_pixels_is_refused_unseen() -> None:
    for width, height in ((9_000, 9_000), (30_000, 30_000), (70_000, 1)):
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        assert reason(png((b"IHDR", header, 0))) == "too_large"


def test_run_lengths_of_many_megabytes_are_refused() -> None:
    header = struct.pack("<IiiHHIIiiII", 40, 8000, 8000, 1, 8, 1, 0, 0, 0, 0, 0)
    body = b"BM" + struct.pack("<IHHI", 0, 0, 0, 1078) + header + bytes(1024)

    assert reason(body + b"\1\1" * 2_000_001) == "unsupported_format"
