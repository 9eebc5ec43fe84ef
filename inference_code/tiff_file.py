"""The first directory of a TIFF, and of Exif notes, which have the same form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from inference_code.unreadable import MAX_PARTS, check_parts, refusal

# With a plus sign: BigTIFF. The last two are wrong, but there are such files.
STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"II\0*", b"MM*\0")
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
STRIPS, ROWS_PER_STRIP, SAMPLES, PLANAR = 273, 278, 277, 284
TILE_WIDTH, TILE_HEIGHT, TILES = 322, 323, 324
ORIENTATION, EXTRA_SAMPLES = 274, 338
PHOTOMETRICS = {0, 1, 2, 3, 5, 6, 8}  # white is zero, grey, RGB, palette, CMYK, YCbCr, Lab
GREY, YCBCR, JPEG_IN_TIFF, TRANSPARENCY = 1, 6, 7, 2
POINTERS = {330, 34665, 34853, 37500, 40965}  # to more directories, which show nothing
PRIVATE = 65000  # a tag that means nothing
LENGTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
LENGTHS |= {16: 8, 17: 8, 18: 8}
NUMBERS = {1, 3, 4, 13, 16}


@dataclass(frozen=True)
class Entry:
    """One tag: how many values of which type, and where in the file it is and they are."""

    kind: int
    count: int
    place: int
    values: int


@dataclass(frozen=True)
class Directory:
    """What there is to know before a decoder is let near it. Nothing is copied or followed."""

    body: bytes
    order: Literal["little", "big"]
    count: int  # of entries, as it says
    length: int  # of all values; they may well lie upon each other
    entries: dict[int, Entry]  # of a tag that comes twice the last one, as with Pillow
    end: slice  # the pointer to the next directory

    @classmethod
    def read(cls, body: bytes) -> Directory:
        order: Literal["little", "big"] = "little" if body[:2] == b"II" else "big"

        def number(place: int, length: int) -> int:
            return int.from_bytes(body[place : place + length], order)

        # Bytes of a pointer, of the number of entries, of an entry.
        pointer, counter, size = (8, 8, 20) if 43 in body[2:4] else (4, 2, 12)
        first = number(pointer, pointer) + counter
        count = number(first - counter, counter)
        entries, length = dict[int, Entry](), 0
        last = min(first + min(count, MAX_PARTS) * size, len(body) - size + 1)
        for place in range(first, last, size):
            kind, values = number(place + 2, 2), number(place + 4, pointer)
            inside = place + 4 + pointer
            taken = LENGTHS.get(kind, 0) * values
            at = inside if taken <= pointer else number(inside, pointer)
            entries[number(place, 2)] = Entry(kind, values, place, at)
            length += taken
        end = first + count * size
        return cls(body, order, count, length, entries, slice(end, end + pointer))

    def number(self, tag: int, default: int) -> int:
        """The first value of a tag."""
        entry = self.entries.get(tag)
        if entry is None or entry.kind not in NUMBERS or not entry.count:
            return default
        end = entry.values + LENGTHS[entry.kind]
        return int.from_bytes(self.body[entry.values : end], self.order)

    def orientation(self) -> int:
        """As the camera was held: 1 is upright."""
        return self.number(ORIENTATION, 1)

    def check(self) -> None:
        """Refuse what costs more than its pixels, or has fewer strips than rows need."""
        if self.end.start > len(self.body):
            raise refusal("truncated", "before its header is complete")
        if self.length > 2 * len(self.body):
            raise refusal("corrupt", "its header is broken")
        pieces = [self.entries[tag].count for tag in (STRIPS, TILES) if tag in self.entries]
        there = max(pieces, default=0)
        check_parts(self.count + there)
        if there < self._pieces():
            raise refusal("truncated", "without some of its strips")
        if self._is_odd():
            raise refusal("unsupported_format", "this kind of TIFF")

    def _pieces(self) -> int:
        """How many strips or tiles the picture needs."""
        width, height = self.number(WIDTH, 0), self.number(HEIGHT, 0)
        planes = self.number(SAMPLES, 1) if self.number(PLANAR, 1) == 2 else 1
        if TILES in self.entries:
            across = self.number(TILE_WIDTH, 0) or width
            down = self.number(TILE_HEIGHT, 0) or height
        else:
            across, down = width, self.number(ROWS_PER_STRIP, height) or height
        if not width or not height:
            raise refusal("corrupt", "its header is broken")
        return -(-width // across) * -(-height // down) * planes

    def _is_odd(self) -> bool:
        """Kinds of which versions of Pillow make different pictures."""
        photometric = self.number(PHOTOMETRIC, 0)
        bare = photometric == YCBCR and self.number(COMPRESSION, 1) not in {6, JPEG_IN_TIFF}
        extra = self.number(EXTRA_SAMPLES, TRANSPARENCY)
        unknown = photometric not in PHOTOMETRICS
        return bare or unknown or (photometric == GREY and extra != TRANSPARENCY)

    def alone(self) -> bytes:
        """The file without its other pages and directories."""
        body = bytearray(self.body)
        if self.end.stop <= len(body):
            body[self.end] = bytes(self.end.stop - self.end.start)
        for tag in POINTERS & self.entries.keys():
            place = self.entries[tag].place
            body[place : place + 2] = PRIVATE.to_bytes(2, self.order)
        return bytes(body)


def orientation_in(exif: bytes) -> int:
    """Of Exif notes; notes that are broken say nothing."""
    notes = exif.removeprefix(b"Exif\0\0")
    return Directory.read(notes).orientation() if notes.startswith(STARTS) else 1
