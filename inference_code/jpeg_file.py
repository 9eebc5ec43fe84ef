"""The segments of a JPEG: read before any decoding, so that its work is known and bounded."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inference_code.unreadable import MAX_SCANS, check_parts, refusal

END = b"\xff\xd9"
FRAMES = range(0xC0, 0xD0)
NO_FRAMES = {0xC4, 0xC8, 0xCC}  # Huffman tables, a reserved code, arithmetic tables
RESTARTS = range(0xD0, 0xD8)
SCAN, INTERVAL, COMMENT = 0xDA, 0xDD, 0xFE
ALONE = {0x01, *RESTARTS, 0xD8}  # markers that no length follows
# Shorter ones than these say nothing to a browser, while Pillow fails on them.
KEPT = {0xE0: (b"JFIF\0", 14), 0xEE: (b"Adobe", 12)}
EXIF = b"Exif\0\0"


@dataclass(frozen=True)
class Frame:
    """Size and components of the picture, by the start-of-frame segment."""

    progressive: bool
    width: int
    height: int
    samples: dict[int, tuple[int, int]]  # component to its blocks across and down in a unit

    @classmethod
    def of(cls, code: int, payload: bytes) -> Frame:
        """Refuse what no browser shows, such as lossless JPEGs."""
        if code not in {0xC0, 0xC1, 0xC2}:
            raise refusal("unsupported_format", "a lossless, hierarchical or arithmetic JPEG")
        if len(payload) < 6 or len(payload) < 6 + 3 * payload[5]:
            raise refusal("corrupt", "its header is broken")
        if payload[0] != 8:
            raise refusal("unsupported_format", f"a JPEG with {payload[0]} bits a colour")
        fields = [payload[i : i + 3] for i in range(6, 6 + 3 * payload[5], 3)]
        samples = {f[0]: (f[1] >> 4, f[1] & 15) for f in fields}
        height, width = int.from_bytes(payload[1:3]), int.from_bytes(payload[3:5])
        if not height or not width or not samples or any(0 in s for s in samples.values()):
            raise refusal("corrupt", "its header is broken")
        return cls(code == 0xC2, width, height, samples)

    def units(self, components: tuple[int, ...]) -> tuple[int, int]:
        """How many units a scan of these components has, and how many blocks one of them has."""
        widest = max(across for across, _ in self.samples.values())
        tallest = max(down for _, down in self.samples.values())
        if len(components) > 1:
            columns, rows = 8 * widest, 8 * tallest
            blocks = sum(math.prod(self.samples[c]) for c in components)
        else:  # a component by itself comes block by block
            across, down = self.samples[components[0]]
            columns, rows = 8 * widest // across, 8 * tallest // down
            blocks = 1
        return -(-self.width // columns) * -(-self.height // rows), blocks


@dataclass(frozen=True)
class Scan:
    """One pass over the picture."""

    components: tuple[int, ...]
    first: int  # of the 64 coefficients of a block, the first one that is sent
    last: int
    low_bit: int  # 0 if nothing is left for later scans to refine
    interval: int  # units between restart markers, 0 if there are none
    begin: int  # of the data in the body
    end: int


@dataclass
class JpegFile:
    """What a decoder needs of the body, in order, and nothing else."""

    body: bytes
    header: Frame | None = None
    scans: list[Scan] = field(default_factory=list)
    exif: bytes = b""
    pieces: list[tuple[int, int]] = field(default_factory=list)  # from, to
    interval: int = 0
    parts: int = 0
    ended: bool = False

    @classmethod
    def read(cls, body: bytes) -> JpegFile:
        """Walk over the segments to the end marker, or as far as they go."""
        file = cls(body)
        markers, ends = _markers(body)
        place = 2
        while (at := _next(markers, place)) is not None and not file.ended:
            file.ended = body[at + 1] == END[1]
            file.parts += 1
            check_parts(file.parts)
            if file.ended or body[at + 1] in ALONE:
                place = at + 2
                continue
            if body[at + 1] < FRAMES.start:
                break  # no such marker: something else lies over the data
            place = at + 2 + int.from_bytes(body[at + 2 : at + 4])
            if place < at + 4 or place > len(body):
                break
            if body[at + 1] == SCAN:
                begin = place
                place = _next(ends if file.interval else markers, begin) or len(body)
                file._take_scan(body[at + 4 : begin], begin, place)
            if file._takes(body[at + 1], body[at + 4 : place]):
                file.pieces.append((at, place))
        if not file.scans:
            raise refusal("truncated", "before its picture begins")
        return file

    @property
    def frame(self) -> Frame:
        if self.header is None:
            raise refusal("corrupt", "its header is broken")
        return self.header

    def _take_scan(self, header: bytes, begin: int, end: int) -> None:
        """Keep what the header of a scan says."""
        count = header[0] if header else 0
        components = tuple(header[1 : 1 + 2 * count : 2])
        known = all(c in self.frame.samples for c in components)
        if not components or len(header) < 4 + 2 * count or not known:
            raise refusal("corrupt", "its header is broken")
        first, last, bits = header[1 + 2 * count : 4 + 2 * count]
        self.scans.append(Scan(components, first, last, bits & 15, self.interval, begin, end))
        if len(self.scans) > MAX_SCANS:
            raise refusal("too_many_scans")

    def _takes(self, code: int, payload: bytes) -> bool:
        """Note what a segment says; whether the decoder needs it."""
        if code in KEPT:
            start, least = KEPT[code]
            return payload.startswith(start) and len(payload) >= least
        if code == 0xE1 and payload.startswith(EXIF):
            self.exif = self.exif or payload[len(EXIF) :]
        if code in FRAMES and code not in NO_FRAMES:
            if self.header is not None:
                raise refusal("corrupt", "it has two headers")
            self.header = Frame.of(code, payload)
        if code == INTERVAL:
            self.interval = int.from_bytes(payload[:2])
        return not (0xE0 <= code <= 0xEF or code == COMMENT)

    def whole(self) -> bytes:
        """What there is, with the end that the file may lack."""
        return self.up_to(len(self.body)) + END

    def up_to(self, place: int) -> bytes:
        """The file as far as this place of the body, without an end."""
        kept = [self.body[at : min(end, place)] for at, end in self.pieces if at < place]
        return b"".join([self.body[:2], *kept])

    def restarts(self, scan: Scan) -> NDArray[np.intp]:
        """Where in the body the restart markers of a scan are."""
        markers = _markers(self.body[scan.begin : scan.end])[0]
        return scan.begin + markers


def _markers(body: bytes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the markers are if it is data that surrounds them, and those that end a scan."""
    array = np.frombuffer(body, dtype=np.uint8)
    places = np.flatnonzero((array[:-1] == 0xFF) & (array[1:] != 0) & (array[1:] != 0xFF))
    codes = array[places + 1]
    return places, places[(codes < RESTARTS.start) | (codes >= RESTARTS.stop)]


def _next(places: NDArray[np.intp], begin: int) -> int | None:
    """The first of the places that is not before `begin`."""
    index = int(np.searchsorted(places, begin))
    return int(places[index]) if index < len(places) else None
