"""A remote object as a file: seekable, read by ranges, aware of how much was read. Knows no S3."""

import io
from collections.abc import Callable
from typing import Final

ReadRange = Callable[[int, int], bytes]
"""Gives the `length` bytes from `offset` on: `read_range(offset, length)`."""

# A local file header is 30 bytes and a name: more read ahead would be paid for and not used.
# Large reads (the central directory) are never split: they cost one range read each.
READ_AHEAD: Final = 4096


class RangedFile(io.RawIOBase):
    """A file of `size` bytes over `read_range(offset, length)`, called as rarely as possible.

    The newest range is kept, so neighbouring small reads cost one call. Whatever `read_range`
    raises passes through; fewer bytes than asked for raise `OSError`.
    """

    def __init__(self, size: int, read_range: ReadRange, *, read_ahead: int = READ_AHEAD) -> None:
        super().__init__()
        self.size = size
        self.bytes_read = 0
        self.range_reads = 0
        self._read_range = read_range
        self._read_ahead = read_ahead
        self._position = 0
        self._window = b""
        self._window_start = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if origin + offset < 0:
            raise OSError(f"cannot seek to {origin + offset}, before the start of the file")
        self._position = origin + offset
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        available = max(self.size - self._position, 0)
        length = available if size is None or size < 0 else min(size, available)
        data = self.read_at(self._position, length)
        self._position += length
        return data

    def readall(self) -> bytes:
        return self.read()

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # a buffer, by io's contract
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def read_at(self, offset: int, length: int) -> bytes:
        """The bytes of that range, which must lie inside the file; the position stays."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise OSError(f"the range {offset}+{length} is not inside the {self.size} bytes")
        start = offset - self._window_start
        if start < 0 or start + length > len(self._window):
            self._fetch(offset, min(max(length, self._read_ahead), self.size - offset))
            start = 0
        return self._window[start : start + length]

    def _fetch(self, offset: int, length: int) -> None:
        self._window = b""  # the old range must not be held in memory beside the new one
        data = self._read_range(offset, length) if length else b""
        if len(data) != length:
            raise OSError(f"asked for {length} bytes at {offset}, got {len(data)}")
        self._window, self._window_start = data, offset
        self.range_reads += 1 if length else 0
        self.bytes_read += length
