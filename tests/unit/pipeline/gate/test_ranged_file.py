"""A file over range reads: the right bytes, in few reads."""

import io

import pytest

from pipeline.gate.ranged_file import RangedFile

CONTENT = bytes(range(256)) * 100


def ranged(**options: int) -> RangedFile:
    return RangedFile(len(CONTENT), lambda start, size: CONTENT[start : start + size], **options)


def test_it_reads_what_a_file_would() -> None:
    file = ranged()
    assert file.readable()

    file.seek(-5, io.SEEK_END)
    end = file.read()
    file.seek(300)
    middle = file.read(3)

    assert end == CONTENT[-5:]
    assert middle == CONTENT[300:303]
    assert file.tell() == 303
    assert file.read(0) == b""


def test_it_fills_a_buffered_reader() -> None:
    with io.BufferedReader(ranged()) as reader:
        assert reader.read(10) == CONTENT[:10]
        assert reader.read() == CONTENT[10:]


def test_reading_beyond_the_end_gives_what_there_is() -> None:
    file = ranged()

    file.seek(len(CONTENT) - 2)

    assert file.read(10) == CONTENT[-2:]
    assert file.read(10) == b""


def test_neighbouring_small_reads_cost_one_range_read() -> None:
    file = ranged(read_ahead=100)

    parts = [file.read(10) for _ in range(10)]

    assert b"".join(parts) == CONTENT[:100]
    assert (file.range_reads, file.bytes_read) == (1, 100)


def test_a_large_read_costs_one_range_read_of_its_size() -> None:
    file = ranged(read_ahead=100)

    file.read_at(50, 20_000)

    assert (file.range_reads, file.bytes_read) == (1, 20_000)


def test_seeking_before_the_start_raises() -> None:
    with pytest.raises(OSError, match="before the start"):
        ranged().seek(-1)


@pytest.mark.parametrize(("offset", "length"), [(-1, 2), (0, -1), (len(CONTENT), 1)])
def test_a_range_outside_of_the_file_raises(offset: int, length: int) -> None:
    with pytest.raises(OSError, match="not inside"):
        ranged().read_at(offset, length)


def test_a_short_answer_raises_instead_of_looking_like_content() -> None:
    file = RangedFile(100, lambda start, size: b"short")

    with pytest.raises(OSError, match="asked for 100 bytes at 0, got 5"):
        file.read()
