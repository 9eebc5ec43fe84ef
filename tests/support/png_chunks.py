"""PNGs put together chunk by chunk, as encoders never write them."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = (b"IEND", b"", 0)
Chunk = tuple[bytes, bytes, int]  # name, payload, what is added to the check sum


def png(*chunks: Chunk) -> bytes:
    return SIGNATURE + b"".join(
        struct.pack(">I", len(payload)) + name + payload + _checksum(name, payload, wrong)
        for name, payload, wrong in chunks
    )


def header(image: Image.Image) -> Chunk:
    """Of an RGB picture."""
    return b"IHDR", struct.pack(">IIBBBBB", *image.size, 8, 2, 0, 0, 0), 0


def rows(image: Image.Image) -> bytes:
    """The picture's rows, unfiltered."""
    return b"".join(b"\0" + row.tobytes() for row in np.asarray(image))


def data(payload: bytes, wrong: int = 0) -> Chunk:
    return b"IDAT", payload, wrong


def _checksum(name: bytes, payload: bytes, wrong: int) -> bytes:
    return struct.pack(">I", zlib.crc32(name + payload) ^ wrong)
