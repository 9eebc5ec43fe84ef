from __future__ import annotations

import pytest

from pipeline.object_stream import ObjectStream


class Asked:
    """An object's content, and which ranges of it were asked for."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.ranges: list[tuple[int, int]] = []

    def read(self, start: int, end: int) -> bytes:
        self.ranges.append((start, end))
        return self.content[start:end]


@pytest.mark.parametrize("content", [b"", b"a", b"abcd", b"abcde", b"abcdefgh"])
def test_the_whole_object_comes_piece_by_piece(content: bytes) -> None:
    asked = Asked(content)

    assert ObjectStream(asked.read, piece=4).read() == content
    assert asked.ranges == [(n, n + 4) for n in range(0, len(content) + 1, 4)]


def test_small_reads_share_a_piece_and_large_ones_end_with_it() -> None:
    asked = Asked(b"abcdefgh")
    stream = ObjectStream(asked.read, piece=4)

    assert [stream.read(3), stream.read(3), stream.read(9)] == [b"abc", b"d", b"efgh"]
    assert asked.ranges == [(0, 4), (4, 8)]
