"""Request bodies by content type. Looking a decoder up is apart from decoding."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from tokenize import TokenError

import numpy as np

from inference_code.preprocessing import FloatArray
from inference_code.references import CONTENT_TYPE, ReferenceRequest, decode_references
from inference_code.refusals import BadRequest, UnsupportedContentType


@dataclass(frozen=True)
class ImageRequest:
    """The bytes of one image, which is not decoded here: that may take long, or be the end."""

    body: bytes


@dataclass(frozen=True)
class ArrayRequest:
    """Images that the caller has preprocessed: [n, 3, height, width]."""

    images: FloatArray


LONGEST_HEADER = 1000  # of a .npy file; an array of numbers has 118
# What reading such a file may raise: its header is parsed as Python, and a short one can be deep.
ARRAY_ERRORS = (
    ValueError,
    OSError,
    EOFError,
    TypeError,
    SyntaxError,
    TokenError,
    MemoryError,
    RecursionError,
)

Request = ImageRequest | ArrayRequest | ReferenceRequest
Decoder = Callable[[bytes], Request]


def decode_array(body: bytes) -> ArrayRequest:
    """A .npy file with one image [3, H, W] or several [n, 3, H, W]; pickles are refused."""
    stream = io.BytesIO(body)
    try:
        _check_array_header(stream, len(body))
        stream.seek(0)
        array = np.load(stream, allow_pickle=False, max_header_size=LONGEST_HEADER)
    except BadRequest:
        raise
    except ARRAY_ERRORS as error:
        raise BadRequest("the body is no .npy array of numbers") from error
    if array.ndim == 3:
        array = array[np.newaxis]
    if array.ndim != 4 or array.shape[1] != 3 or array.shape[0] == 0:
        raise BadRequest(f"the array is {list(array.shape)} instead of [n, 3, height, width]")
    return ArrayRequest(np.ascontiguousarray(array, dtype=np.float32))


def _check_array_header(stream: io.BytesIO, length: int) -> None:
    """Refuse a header that announces more than was sent, before memory is taken for it."""
    version = np.lib.format.read_magic(stream)  # type: ignore[no-untyped-call]  # numpy's
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read_header is None:
        raise BadRequest(f"version {version} of the .npy format is not supported")
    # numpy's types know neither the function nor its second argument.
    shape, _, dtype = read_header(stream, LONGEST_HEADER)  # type: ignore[no-untyped-call, call-arg]
    if dtype.kind not in "fiu":
        raise BadRequest(f"the array's elements are of type {dtype}, not numbers")
    if math.prod(shape) * dtype.itemsize != length - stream.tell():
        raise BadRequest(f"the array's shape and type do not fit the body's {length} bytes")


# What the bytes of an image are is seen from the bytes, whatever the header says.
DECODERS: dict[str, Decoder] = {
    "application/x-image": ImageRequest,
    "application/octet-stream": ImageRequest,
    "image/jpeg": ImageRequest,
    "image/jpg": ImageRequest,
    "image/png": ImageRequest,
    "image/webp": ImageRequest,
    "image/bmp": ImageRequest,
    "image/gif": ImageRequest,
    "image/tiff": ImageRequest,
    "application/x-npy": decode_array,
    CONTENT_TYPE: decode_references,
}


def decoder_for(content_type: str) -> Decoder:
    """The decoder for a Content-Type header."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        return DECODERS[kind]
    except KeyError:
        known = ", ".join(DECODERS)
        raise UnsupportedContentType(f"content type {kind!r} is none of {known}") from None
