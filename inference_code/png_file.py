"""The chunks of a PNG that draw the picture: their check sums, and the rows that are there."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from inference_code.unreadable import check_parts, check_size, is_partial, refusal

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER, PALETTE, TRANSPARENCY, EXIF = b"IHDR", b"PLTE", b"tRNS", b"eXIf"
DATA, END = b"IDAT", b"IEND"
DEPTHS = {1, 2, 4, 8, 16}
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
# Of Adam7: first column and row, step across and down.
PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
AT_A_TIME = 1 << 16  # bytes to inflate


@dataclass(frozen=True)
class Header:
    """What the rows look like."""

    width: int
    height: int
    bits: int  # a pixel
    interlaced: bool

    @classmethod
    def of(cls, payload: bytes) -> Header:
        if len(payload) != 13 or payload[8] not in DEPTHS or payload[9] not in CHANNELS:
            raise refusal("corrupt", "its header is broken")
        width, height = int.from_bytes(payload[:4]), int.from_bytes(payload[4:8])
        if not width or not height:
            raise refusal("corrupt", "its header is broken")
        check_size(width, height)
        return cls(width, height, payload[8] * CHANNELS[payload[9]], payload[12] == 1)

    def row(self, width: int) -> int:
        """Bytes of a row: the number of its filter, then its pixels."""
        return 1 + (width * self.bits + 7) // 8 if width > 0 else 0

    def length(self) -> int:
        """Bytes of all rows."""
        if not self.interlaced:
            return self.height * self.row(self.width)
        return sum(
            (self.height - top + down - 1)
            // down
            * self.row((self.width - left + across - 1) // across)
            for left, top, across, down in PASSES
        )


@dataclass
class PngFile:
    """The chunks that matter. What is written beside the picture may be as broken as it likes."""

    header: Header
    chunks: dict[bytes, bytes] = field(default_factory=dict)  # but those of data
    data: list[bytes] = field(default_factory=list)
    flaw: int | None = None  # the first chunk of data whose check sum is wrong

    @classmethod
    def read(cls, body: bytes) -> PngFile:
        """Walk over the chunks to the end, or as far as they go."""
        if body[:8] != SIGNATURE or body[12:16] != HEADER:
            raise refusal("corrupt", "its header is broken")
        file = cls(Header.of(body[16:29]), {HEADER: body[16:29]})
        place, parts = 33, 0
        while place + 8 <= len(body) and body[place + 4 : place + 8] != END:
            end = place + 8 + int.from_bytes(body[place : place + 4])
            file._take(body[place + 4 : place + 8], body[place + 8 : end], body[end : end + 4])
            parts += 1
            check_parts(parts)
            place = end + 4
        return file

    def _take(self, name: bytes, payload: bytes, checksum: bytes) -> None:
        if name == DATA:
            right = zlib.crc32(payload, zlib.crc32(DATA)).to_bytes(4)
            if self.flaw is None and len(checksum) == 4 and checksum != right:
                self.flaw = len(self.data)
            self.data.append(payload)
        elif name in (PALETTE, TRANSPARENCY, EXIF):
            self.chunks.setdefault(name, payload)

    def drawable(self) -> tuple[bytes, bool]:
        """The file as the decoder shall have it, and whether a part of the picture is missing."""
        stream, wanted = b"".join(self.data), self.header.length()
        rows = _Rows.of(stream, wanted)
        if self.flaw is None and rows.count == wanted and not rows.wrong:
            return self._with_data(stream), False
        code = "truncated" if self.flaw is None and not rows.wrong else "corrupt"
        if self.flaw is not None and not rows.verified:
            stream = b"".join(self.data[: self.flaw])  # what comes behind may be anything
            rows = _Rows.of(stream, wanted)
        if rows.count < wanted and self.header.interlaced:
            raise refusal(code, "and it is interlaced")  # every other row would be missing
        row = self.header.row(self.header.width)
        is_partial(rows.count // row / self.header.height, code=code)
        there = rows.count if rows.count == wanted else rows.count // row * row
        return self._with_data(_completed(stream, there, wanted)), True

    def _with_data(self, stream: bytes) -> bytes:
        """A PNG of nothing but the picture."""
        beside = [(name, payload) for name, payload in self.chunks.items() if name != EXIF]
        chunks = [*beside, (DATA, stream), (END, b"")]
        return SIGNATURE + b"".join(_chunk(name, payload) for name, payload in chunks)


@dataclass
class _Rows:
    """What a zlib stream holds, without keeping it."""

    count: int = 0  # bytes, not more than wanted
    verified: bool = False  # its own check sum is right
    wrong: bool = False  # it is not, or the stream is broken

    @classmethod
    def of(cls, stream: bytes, wanted: int) -> _Rows:
        rows, checksum, behind = cls(), 1, b""
        try:
            for piece, rest in _pieces(stream):
                behind = rest
                rows.count += len(piece)
                checksum = zlib.adler32(piece, checksum)
                if rows.count > wanted:
                    break
        except zlib.error:
            rows.wrong = True
        if len(behind) == 4 and rows.count <= wanted:
            rows.verified = behind == checksum.to_bytes(4)
            rows.wrong = not rows.verified
        rows.count = min(rows.count, wanted)
        return rows


def _pieces(stream: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What is in a zlib stream, bit by bit, and with the last one the check sum behind it."""
    # Raw, as zlib gives nothing of a piece whose end has the wrong check sum.
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for begin in range(2, len(stream), AT_A_TIME):
        pending, piece = stream[begin : begin + AT_A_TIME], b"."
        behind = begin + len(pending)
        while (pending or piece) and not inflater.eof:
            piece = inflater.decompress(pending, AT_A_TIME)
            pending = inflater.unconsumed_tail
            end = behind - len(inflater.unused_data)
            yield piece, stream[end : end + 4] if inflater.eof else b""


def _completed(stream: bytes, there: int, wanted: int) -> bytes:
    """The first bytes of the rows, which are known to be there, and zeros for the others."""
    deflater, left = zlib.compressobj(1), there
    parts = []
    for piece, _ in _pieces(stream):
        parts.append(deflater.compress(piece[:left]))
        left -= min(left, len(piece))
        if not left:
            break
    zeros = (min(AT_A_TIME, wanted - place) for place in range(there, wanted, AT_A_TIME))
    parts.extend(deflater.compress(bytes(count)) for count in zeros)
    return b"".join([*parts, deflater.flush()])


def _chunk(name: bytes, payload: bytes) -> bytes:
    checksum = zlib.crc32(payload, zlib.crc32(name))
    return b"".join([len(payload).to_bytes(4), name, payload, checksum.to_bytes(4)])
