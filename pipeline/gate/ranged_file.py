"""A file somewhere else, read by ranges as rarely as possible. Knows no S3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

ReadRange = Callable[[int, int], bytes]
"""Gives the `length` bytes from `offset` on: `read_range(offset, length)`."""

# A local file header is 30 bytes and a name: more read ahead would be paid for and not used.
# Large reads (the central directory) are never split: they cost one range read each.
READ_AHEAD: Final = 4096


class RangedFile:
    """A file of `size` bytes over `read_range`, and how much was read of it.

    The newest range is kept, so neighbouring small reads cost one call. Whatever `read_range`
    raises passes through; fewer bytes than asked for raise `OSError`.
    """

    def __init__(self, size: int, read_range: ReadRange) -> None:
        self.size = size
        self.bytes_read = 0
        self.range_reads = 0
        self._read_range = read_range
        self._window = b""
        self._window_start = 0

    def read_at(self, offset: int, length: int) -> bytes:
        """The bytes of that range, which must lie inside the file."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise OSError(f"the range {offset}+{length} is not inside the {self.size} bytes")
        if not length:
            return b""  # S3 knows no empty range
        start = offset - self._window_start
        if start < 0 or start + length > len(self._window):
            self._fetch(offset, min(max(length, READ_AHEAD), self.size - offset))
            start = 0
        return self._window[start : start + length]

    def _fetch(self, offset: int, length: int) -> None:
        self._window = b""  # the old range must not be held in memory beside the new one
        data = self._read_range(offset, length)
        if len(data) != length:
            raise OSError(f"asked for {length} bytes at {offset}, got {len(data)}")
        self._window, self._window_start = data, offset
        self.range_reads += 1
        self.bytes_read += length
