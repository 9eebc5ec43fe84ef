"""Archives whose directory is missing, damaged, or not where it should be."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from zipfile import ZipFile

import pytest

from pipeline.gate.directory import END, END64, LOCATOR
from pipeline.gate.inspection import inspect_dataset
from pipeline.gate.ranged_file import RangedFile
from pipeline.gate.report import DatasetReport

Judge = Callable[..., DatasetReport]
Pack = Callable[..., bytes]


def refused(report: DatasetReport) -> list[str]:
    return [found.rule for found in report.refusals]


def with_end(data: bytes, **changes: int) -> bytes:
    """The zip with other numbers in its end record."""
    names = ("signature", "disk", "start_disk", "here", "entries", "size", "offset", "comment")
    fields = dict(zip(names, END.unpack(data[-END.size :]), strict=True))
    return data[: -END.size] + END.pack(*{**fields, **changes}.values())


def with_zip64_end(data: bytes, **changes: int) -> bytes:
    """The zip with its directory announced by a zip64 record, and marks in the plain one."""
    _, _, _, here, entries, size, offset, _ = END.unpack(data[-END.size :])
    start = len(data) - END.size
    record = END64.pack(b"PK\x06\x06", 44, 45, 45, 0, 0, here, entries, size, offset)
    locator = LOCATOR.pack(b"PK\x06\x07", 0, changes.pop("record_offset", start), 1)
    marks = {"here": 0xFFFF, "entries": 0xFFFF, "size": 0xFFFFFFFF, "offset": 0xFFFFFFFF}
    end = with_end(data, **{**marks, **changes})[-END.size :]
    return data[:start] + record + locator + end


@pytest.mark.parametrize(
    ("data", "rule", "words"),
    [
        (b"", "empty_file", "no content"),
        (b"x", "not_a_zip", "is not a zip archive"),
        (b"<html>" * 50_000, "not_a_zip", "is not a zip archive"),
        (b"\x1f\x8b\x08" + b"x" * 500, "not_a_zip", "is a gzip file"),
        (b"7z\xbc\xaf\x27\x1c" + b"x" * 500, "not_a_zip", "is a 7z file"),
        (END.pack(b"PK\x05\x06", *[0] * 7), "empty_archive", "holds no files"),
    ],
)
def test_what_is_no_archive_is_refused(judge: Judge, data: bytes, rule: str, words: str) -> None:
    report = judge(data)

    assert refused(report) == [rule]
    assert words in report.reason
    assert report.layout is None


def test_a_truncated_zip_is_refused_as_truncated(judge: Judge, pack: Pack, pets: list[str]) -> None:
    data = pack(pets, b"x" * 10_000)

    assert refused(judge(data[: len(data) // 2])) == ["truncated"]
    assert refused(judge(data[:-5])) == ["truncated"]


def test_bytes_behind_the_end_are_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    assert refused(judge(pack(pets) + b"more")) == ["trailing_bytes"]


@pytest.mark.parametrize("shift", [-1, 1, 100, 2**31])
def test_a_wrong_directory_offset_is_refused(
    judge: Judge, pack: Pack, pets: list[str], shift: int
) -> None:
    data = pack(pets)
    offset = END.unpack(data[-END.size :])[6]

    report = judge(with_end(data, offset=offset + shift))

    assert refused(report) == ["directory_offset"]


def test_bytes_in_front_of_the_zip_are_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    assert refused(judge(b"#!/bin/sh\n" + pack(pets))) == ["directory_offset"]


@pytest.mark.parametrize(
    ("announced", "words"),
    [(7, "announces 7 entries but lists more"), (21, "announces 21 entries but lists 20")],
)
def test_a_directory_of_another_length_is_refused(
    judge: Judge, pack: Pack, pets: list[str], announced: int, words: str
) -> None:
    report = judge(with_end(pack(pets), here=announced, entries=announced))

    assert refused(report) == ["directory_damaged"]
    assert words in report.reason
    assert report.totals.entries <= announced


def test_a_zip_in_several_parts_is_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    assert refused(judge(with_end(pack(pets), disk=1))) == ["multiple_parts"]
    assert refused(judge(with_end(pack(pets), start_disk=1))) == ["multiple_parts"]


def test_a_comment_does_no_harm(judge: Judge, pack: Pack, pets: list[str]) -> None:
    buffer = io.BytesIO(pack(pets))
    with ZipFile(buffer, "a") as archive:
        archive.comment = b"drawn by hand " * 1000

    assert judge(buffer.getvalue()).accepted


def test_a_zip64_directory_is_read(judge: Judge, pack: Pack, pets: list[str]) -> None:
    report = judge(with_zip64_end(pack(pets)))

    assert report.accepted
    assert report.counts == {"all": 20}


def test_a_misplaced_zip64_record_is_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    assert refused(judge(with_zip64_end(pack(pets), record_offset=0))) == ["zip64_record"]


def test_closing_records_that_contradict_are_refused(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    report = judge(with_zip64_end(pack(pets), entries=3))

    assert refused(report) == ["zip64_record"]
    assert "contradict each other (3 and 20)" in report.reason


def test_too_many_entries_are_refused_before_they_are_read(judge: Judge, pets: list[str]) -> None:
    report = judge(pets, max_entries=19)

    assert refused(report) == ["too_many_entries"]
    assert report.totals.entries == 0


def test_a_huge_directory_is_refused_before_it_is_read(judge: Judge, pets: list[str]) -> None:
    assert refused(judge(pets, max_directory_bytes=500)) == ["large_directory"]


def test_a_failing_read_is_not_the_archives_fault() -> None:
    def fail(offset: int, length: int) -> bytes:
        raise TimeoutError("no answer")

    with pytest.raises(TimeoutError):
        inspect_dataset(RangedFile(1000, fail), key="datasets/pets.zip")


@pytest.mark.parametrize("seed", range(8))
def test_random_damage_always_ends_in_a_report(
    judge: Judge, pack: Pack, pets: list[str], seed: int
) -> None:
    chance = random.Random(seed)
    data = with_zip64_end(pack(pets)) if seed % 2 else pack(pets)
    directory = data.index(b"PK\x01\x02")

    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(directory, len(data))] = chance.randrange(256)
        report = judge(bytes(damaged))

        assert report.accepted == (not report.refusals)
        assert all(found.message.endswith(".") for found in report.findings)
        if report.accepted:
            assert_zipfile_reads_the_same(bytes(damaged), report)


def assert_zipfile_reads_the_same(data: bytes, report: DatasetReport) -> None:
    with ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    assert len(infos) == report.totals.entries
    assert sum(info.file_size for info in infos) == report.totals.uncompressed_bytes
    assert len({info.filename for info in infos}) == report.totals.entries
