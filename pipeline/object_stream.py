"""An object read from its beginning to its end, a piece at a time. Knows no S3."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ReadRange = Callable[[int, int], bytes]
"""The bytes from `start` up to, not including, `end`, or fewer where the object ends."""

PIECE = 8 * 1024 * 1024


class ObjectStream(io.RawIOBase):
    """Holds one piece at a time; a read that fails is the caller's to repeat from the start."""

    def __init__(self, read_range: ReadRange, *, piece: int = PIECE) -> None:
        self._read_range = read_range
        self._piece = piece
        self._rest = memoryview(b"")
        self._next = 0
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer).cast("B")
        if not self._rest and not self._ended:
            self._fetch()
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def _fetch(self) -> None:
        piece = self._read_range(self._next, self._next + self._piece)
        self._next += len(piece)
        self._ended = len(piece) < self._piece
        self._rest = memoryview(piece)
