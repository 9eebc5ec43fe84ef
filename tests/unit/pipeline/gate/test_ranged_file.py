"""A file over range reads: the right bytes, in few reads."""

from __future__ import annotations

import pytest

from pipeline.gate.ranged_file import READ_AHEAD, RangedFile

CONTENT = bytes(range(256)) * 100


@pytest.fixture
def ranged() -> RangedFile:
    return RangedFile(len(CONTENT), lambda start, size: CONTENT[start : start + size])


def test_it_gives_the_bytes_of_a_range(ranged: RangedFile) -> None:
    assert ranged.read_at(len(CONTENT) - 5, 5) == CONTENT[-5:]
    assert ranged.read_at(300, 3) == CONTENT[300:303]
    assert ranged.read_at(len(CONTENT), 0) == b""


def test_neighbouring_small_reads_cost_one_range_read(ranged: RangedFile) -> None:
    parts = [ranged.read_at(offset, 10) for offset in range(0, 100, 10)]

    assert b"".join(parts) == CONTENT[:100]
    assert (ranged.range_reads, ranged.bytes_read) == (1, READ_AHEAD)


def test_a_large_read_costs_one_range_read_of_its_size(ranged: RangedFile) -> None:
    ranged.read_at(50, 20_000)

    assert (ranged.range_reads, ranged.bytes_read) == (1, 20_000)


@pytest.mark.parametrize(("offset", "length"), [(-1, 2), (0, -1), (len(CONTENT), 1)])
def test_a_range_outside_of_the_file_raises(ranged: RangedFile, offset: int, length: int) -> None:
    with pytest.raises(OSError, match="not inside"):
        ranged.read_at(offset, length)


def test_a_short_answer_raises_instead_of_looking_like_content() -> None:
    file = RangedFile(100, lambda start, size: b"short")

    with pytest.raises(OSError, match="asked for 100 bytes at 0, got 5"):
        file.read_at(0, 100)
