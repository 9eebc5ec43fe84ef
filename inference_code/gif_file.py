"""The first frame of a GIF: what follows or stands beside it is not read."""

from __future__ import annotations

from inference_code.unreadable import check_parts, refusal

EXTENSION, FRAME, TRAILER = b"!", b",", b";"
GRAPHIC_CONTROL = 0xF9  # the extension that says which colour is transparent


def first_frame(body: bytes) -> bytes:
    """A GIF of this frame alone."""
    place = 13 + (_palette(body[10]) if len(body) > 10 else 0)
    start, control, parts = body[:place], b"", 0
    while place < len(body) and body[place : place + 1] != TRAILER:
        kind = body[place : place + 1]
        begin = place
        place += 1
        if kind == FRAME:
            flags = body[begin + 9] if begin + 9 < len(body) else 0
            end, _ = _after_blocks(body, begin + 11 + _palette(flags), parts)
            return b"".join([start, control, body[begin:end], TRAILER])
        if kind == EXTENSION:
            place, parts = _after_blocks(body, begin + 2, parts)
            if body[begin + 1 : begin + 2] == bytes([GRAPHIC_CONTROL]):
                control = body[begin:place]
        parts += 1
        check_parts(parts)
    raise refusal("truncated", "before its picture begins")


def _palette(flags: int) -> int:
    """Bytes of the palette that these flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(body: bytes, place: int, parts: int) -> tuple[int, int]:
    """Behind a chain of blocks, each with its length before it, and their number so far."""
    while place < len(body) and body[place]:
        place += 1 + body[place]
        parts += 1
        check_parts(parts)
    return place + 1, parts
