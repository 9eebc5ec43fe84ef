"""Photos: image bytes of any origin become upright RGB pixels, or a reason why not.

The one decoder of preparation, training and serving. It knows nothing of sizes that a model wants.
Formats, limits and reasons: docs/images.md.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from inference_code.image_source import ImageSource
from inference_code.tiff_file import STARTS, orientation_in
from inference_code.unreadable import UnreadableImage as UnreadableImage  # read_photo raises it
from inference_code.unreadable import check_size, refusal
from inference_code.wide_grey import wide_grey_to_rgb

# Named, and thereby loaded: Pillow knows some formats only when asked.
PLUGINS = (
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    BmpImagePlugin.BmpImageFile.format,
    GifImagePlugin.GifImageFile.format,
    TiffImagePlugin.TiffImageFile.format,
)
# By the camera's note; 1 is upright.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Decoders of bytes from strangers raise almost anything; each of these has been seen from Pillow.
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    MemoryError,
    EOFError,
    Warning,
    struct.error,
    zlib.error,
)


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
    """Decode image bytes; a picture of which most is there is read with a warning."""
    if not body:
        raise refusal("empty")
    try:
        source = ImageSource.of(body)
        image = _open_image(source.stream)
        check_size(*image.size)
        image.load()
        warnings = ("partial",) if source.is_partial(image) else ()
        noted = source.orientation or orientation_in(image.info.get("exif", b""))
        return Photo(_upright(_to_rgb(image), noted), str(image.format), warnings)
    except DECODER_ERRORS as error:
        raise _damaged(error) from error


def _open_image(stream: BinaryIO) -> Image.Image:
    """Read the header only."""
    try:
        return Image.open(stream, formats=PLUGINS)
    except UnidentifiedImageError as error:
        stream.seek(0)
        if stream.read(4) in STARTS:  # its directory has been read: it is the samples
            raise refusal("unsupported_format", "this kind of TIFF") from error
        raise refusal("corrupt", "its header is broken") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refusal("too_large", "far too many pixels") from error


def _upright(image: Image.Image, noted: int) -> Image.Image:
    """Turned as the camera noted; a note that means nothing is none."""
    return image.transpose(TURNS[noted]) if noted in TURNS else image


def _to_rgb(image: Image.Image) -> Image.Image:
    """Three 8-bit channels from whatever mode the file has."""
    if image.mode.startswith("I") or image.mode == "F":
        return wide_grey_to_rgb(image)
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        # Cut-out subjects stand on white paper; dropping alpha would show what lies hidden behind.
        opaque = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(opaque, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _damaged(error: BaseException) -> UnreadableImage:
    """Tell a picture that ends early from one that is broken inside, in words of our own."""
    if isinstance(error, MemoryError):
        return refusal("too_large", "there is no memory for it")
    if "truncated" in str(error).lower() or isinstance(error, EOFError):
        return refusal("truncated", "before its last row")
    return refusal("corrupt", "its data makes no sense")
