"""JPEGs of an encoder, cut and patched as transfers, disks and attackers do it."""

from __future__ import annotations

import struct

END = b"\xff\xd9"
EMPTY_SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x01\x3f\x10"  # refines the brightness, without data
FRAMES = (b"\xff\xc0", b"\xff\xc2")


def place(body: bytes, share: float) -> int:
    """Where this share of the data of the first scan and all that follows is over."""
    begin = body.index(b"\xff\xda")
    return begin + int((len(body) - begin) * share)


def ended_after(body: bytes, share: float) -> bytes:
    """With an end marker, as if nothing were missing."""
    return body[: place(body, share)] + END


def with_hole(body: bytes, share: float, length: float, filling: bytes | None = None) -> bytes:
    """A part of the data taken out, or overwritten."""
    begin, end = place(body, share), place(body, share + length)
    return body[:begin] + (b"" if filling is None else filling * (end - begin)) + body[end:]


def of_size(body: bytes, width: int, height: int) -> bytes:
    """The same data, said to be of this size."""
    frame = max(body.find(start) for start in FRAMES)
    return body[: frame + 5] + struct.pack(">HH", height, width) + body[frame + 9 :]


def with_segment(body: bytes, marker: int, payload: bytes) -> bytes:
    """One more segment in front of the others."""
    return body[:2] + struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload + body[2:]
