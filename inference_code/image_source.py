"""What the decoder is given of a file: the picture without what stands beside it.

Texts, previews, colour profiles, further frames and pages are left out: browsers show a picture
whatever they hold, and a decoder that reads them can be kept busy with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image

from inference_code.gif_file import first_frame
from inference_code.jpeg_file import JpegFile
from inference_code.jpeg_gaps import jpeg_is_partial, watched_place
from inference_code.png_file import EXIF, PngFile
from inference_code.tiff_file import STARTS, Directory, orientation_in
from inference_code.unreadable import UnreadableImage, refusal
from inference_code.watched_stream import WatchedStream

# What bytes start with when they are a picture of a kind that is not decoded here, or a document.
KNOWN_STRANGERS = (
    (b"%PDF", "PDF"),
    (b"%!PS", "PostScript"),
    (b"8BPS", "Photoshop"),
    (b"<svg", "SVG"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\x76\x2f\x31\x01", "OpenEXR"),
)
ISO_BRANDS = {b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIF", b"avif": "AVIF"}
BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}  # how long they are says what they are
RUN_LENGTHS = (b"\1", b"\2")  # of a BMP's byte 30, its compression
LONGEST_RUN_LENGTHS = 4_000_000


@dataclass(frozen=True)
class ImageSource:
    """The bytes to decode, and what the decoder does not say about them."""

    stream: BinaryIO
    is_partial: Callable[[Image.Image], bool]  # of the decoded picture, which it may refuse
    orientation: int | None = None  # as the camera noted it; None if the decoder finds the note

    @classmethod
    def of(cls, body: bytes) -> ImageSource:
        """By what the bytes start with, whatever the file is called."""
        if body.startswith(b"\xff\xd8\xff"):
            jpeg = JpegFile.read(body)
            watched = WatchedStream(jpeg.whole(), watched_place(jpeg))

            def is_partial(image: Image.Image) -> bool:
                return jpeg_is_partial(jpeg, image, finished_early=not watched.was_passed)

            return cls(watched, is_partial, orientation_in(jpeg.exif))
        if body.startswith(b"\x89PNG"):
            png = PngFile.read(body)
            drawable, partial = png.drawable()
            turned = orientation_in(png.chunks.get(EXIF, b""))
            return cls(BytesIO(drawable), lambda _: partial, turned)
        if body.startswith(b"GIF8"):
            return cls(BytesIO(first_frame(body)), _is_whole)
        if body.startswith(STARTS):
            directory = Directory.read(body)
            directory.check()
            return cls(BytesIO(directory.alone()), _is_whole, 1)  # the decoder turns it
        if body.startswith(b"BM") and int.from_bytes(body[14:18], "little") in BMP_HEADERS:
            _check_bmp(body)
            return cls(BytesIO(body), _is_whole)
        if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
            _check_webp(body)
            return cls(BytesIO(body), _is_whole)
        raise _stranger(body)


def _is_whole(_: Image.Image) -> bool:
    """The decoder itself refuses what ends early."""
    return False


def _check_bmp(body: bytes) -> None:
    """Run lengths are decoded in Python, run by run: 20 MB of them take 6 seconds."""
    if body[30:31] in RUN_LENGTHS and len(body) > LONGEST_RUN_LENGTHS:
        raise refusal("unsupported_format", "a BMP of this size in run-length coding")


def _check_webp(body: bytes) -> None:
    """The decoder gives no reason; the file says how long it should be."""
    if int.from_bytes(body[4:8], "little") + 8 > len(body):
        raise refusal("truncated", "before its last row")


def _stranger(body: bytes) -> UnreadableImage:
    """Say what the bytes are, as far as their start tells."""
    names = [name for start, name in KNOWN_STRANGERS if body.startswith(start)]
    if body[4:8] == b"ftyp":
        names.append(ISO_BRANDS.get(body[8:12], "video or HEIF"))
    return refusal("unsupported_format", names[0]) if names else refusal("not_an_image")
