"""Bytes to be read as a file, which tells whether a reader needed those behind a place."""

from __future__ import annotations

import io


class WatchedStream(io.BytesIO):
    """No read goes over the place: whoever goes on behind it did not have enough before."""

    def __init__(self, body: bytes, place: int | None) -> None:
        super().__init__(body)
        self._place = len(body) if place is None else place
        self.was_passed = place is None

    def read(self, size: int | None = -1, /) -> bytes:
        left = self._place - self.tell()
        if left <= 0:
            self.was_passed = True
            return super().read(size)
        return super().read(left if size is None or size < 0 else min(size, left))
