"""Photos: image bytes of any origin become upright RGB pixels, or a reason why not.

The one decoder of preparation, training and serving. It knows nothing of sizes that a model wants.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

# Named, and thereby loaded: Pillow knows some formats only when asked. MPO comes as JPEG.
FORMATS = (
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    BmpImagePlugin.BmpImageFile.format,
    GifImagePlugin.GifImageFile.format,
    TiffImagePlugin.TiffImageFile.format,
)
MAX_PIXELS = 64_000_000  # below Pillow's own warning, so that this limit speaks first

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
ACCEPTED_STARTS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")

# Decoders of bytes from strangers raise almost anything; each of these has been seen from Pillow.
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)


class UnreadableImage(Exception):
    """These bytes give no picture; `code` is for programs, the message for the image's owner."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Photo:
    """Upright RGB pixels, the format in which they came, and what is wrong with them."""

    pixels: Image.Image
    format: str
    warnings: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return self.pixels.width

    @property
    def height(self) -> int:
        return self.pixels.height


def read_photo(body: bytes) -> Photo:
    """Decode image bytes whole; a picture that ends early is an error, never grey filling."""
    if not body:
        raise UnreadableImage("empty", "the file is empty (0 bytes)")
    image = _open_image(body)
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(f"{image.width} x {image.height} pixels")
    try:
        image.load()
        return Photo(_to_rgb(_upright(image)), str(image.format))
    except DECODER_ERRORS as error:
        raise _damaged(error) from error


def _open_image(body: bytes) -> Image.Image:
    """Read the header only."""
    try:
        return Image.open(io.BytesIO(body), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise _unidentified(body) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large("far too many pixels") from error
    except DECODER_ERRORS as error:
        raise _damaged(error) from error


def _upright(image: Image.Image) -> Image.Image:
    """Apply the orientation that the camera noted."""
    try:
        return ImageOps.exif_transpose(image)
    except DECODER_ERRORS:
        return image  # only the note is damaged: the picture is as good without it


def _to_rgb(image: Image.Image) -> Image.Image:
    """Three 8-bit channels from whatever mode the file has."""
    if image.mode.startswith("I") or image.mode == "F":
        return _wide_grey_to_rgb(image)
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        # Cut-out subjects stand on white paper; dropping alpha would show what lies hidden behind.
        opaque = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(opaque, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _wide_grey_to_rgb(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits: Pillow's own conversion would clip all of it to white."""
    grey = np.nan_to_num(np.asarray(image, dtype=np.float32))
    brightest = float(grey.max(initial=0.0))
    full_scale = 1.0 if brightest <= 1.0 else 255.0 if brightest <= 255.0 else 65535.0
    if image.mode.startswith("I"):
        full_scale = 65535.0  # the scale of the file, however dark the picture
    eight_bit = np.clip(grey * (255.0 / full_scale), 0, 255).round().astype(np.uint8)
    return Image.fromarray(eight_bit).convert("RGB")


def _unidentified(body: bytes) -> UnreadableImage:
    """Say what the bytes are, as far as their start tells."""
    names = [name for start, name in KNOWN_STRANGERS if body.startswith(start)]
    if body[4:8] == b"ftyp":
        names.append(ISO_BRANDS.get(body[8:12], "video or HEIF"))
    if names:
        return UnreadableImage(
            "unsupported_format", f"{names[0]} is not supported: send one of {', '.join(FORMATS)}"
        )
    if body.startswith(ACCEPTED_STARTS) or (body[:4] == b"RIFF" and body[8:12] == b"WEBP"):
        return UnreadableImage("corrupt", "the file starts like an image but its header is damaged")
    return UnreadableImage("not_an_image", "the file is not an image")


def _damaged(error: BaseException) -> UnreadableImage:
    """Tell a picture that ends early from one that is broken inside."""
    text = " ".join(str(error).split()) or type(error).__name__
    if "truncated" in text.lower() or isinstance(error, EOFError):
        return UnreadableImage("truncated", f"the image ends early: {text}")
    return UnreadableImage("corrupt", f"the image cannot be decoded: {text}")


def _too_large(what: str) -> UnreadableImage:
    """The picture would need more memory than a worker may spend on one image."""
    limit = MAX_PIXELS // 1_000_000
    return UnreadableImage(
        "too_large", f"the image is too large ({what}; the limit is {limit} million)"
    )
