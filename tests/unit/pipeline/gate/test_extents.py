"""Entries that lie about where their data are, or about what stands in front of them."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Callable
from zipfile import ZipInfo

import pytest

from pipeline.gate.report import DatasetReport

Judge = Callable[..., DatasetReport]
Pack = Callable[..., bytes]

CRC, COMPRESSED, SIZE, OFFSET = 16, 20, 24, 42  # places in a record of the directory


def refused(report: DatasetReport) -> list[tuple[str, str | None]]:
    return [(found.rule, found.entry) for found in report.refusals]


def with_record(data: bytes, number: int, **changes: int) -> bytes:
    """The zip with other values in the directory's record of that number."""
    places = {"crc": CRC, "compressed": COMPRESSED, "size": SIZE, "offset": OFFSET}
    start = -1
    for _ in range(number + 1):
        start = data.index(b"PK\x01\x02", start + 1)
    changed = bytearray(data)
    for field, value in changes.items():
        struct.pack_into("<L", changed, start + places[field], value)
    return bytes(changed)


def test_entries_that_overlap_are_refused_with_both_names(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    """As in the "better zip bomb": the first entry's data are all the others, headers included."""
    data = with_record(pack(pets), 0, compressed=500, size=500)

    report = judge(data)

    assert refused(report)[0] == ("overlap", pets[1])
    assert f"“{pets[0]}” and “{pets[1]}” share the same bytes" in report.reason


def test_two_entries_at_one_place_are_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    data = with_record(pack(pets), 1, offset=0)

    assert refused(judge(data)) == [("overlap", pets[1])]


@pytest.mark.parametrize("offset", [10_000_000, 0xFFFFFFF0])
def test_an_entry_beyond_the_archive_is_refused(
    judge: Judge, pack: Pack, pets: list[str], offset: int
) -> None:
    report = judge(with_record(pack(pets), 19, offset=offset))

    assert refused(report) == [("outside", pets[19])]


def test_an_entry_that_reaches_into_the_directory_is_refused(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    report = judge(with_record(pack(pets), 19, compressed=65, size=65))

    assert refused(report) == [("outside", pets[19])]


def test_offsets_near_the_end_of_all_numbers_are_refused(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    info = ZipInfo("pets/dog/99.jpg")
    info.extra = struct.pack("<HHQQQ", 0xCAFE, 24, 2**64 - 1, 2**64 - 1, 2**64 - 1)
    data = pack([*pets, info]).replace(struct.pack("<H", 0xCAFE), struct.pack("<H", 1))
    marks = dict.fromkeys(("compressed", "size", "offset"), 0xFFFFFFFF)

    report = judge(with_record(data, 20, **marks))

    assert ("outside", "pets/dog/99.jpg") in refused(report)


def test_a_place_without_an_entry_is_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    report = judge(b"XXXX" + pack(pets)[4:])

    assert refused(report) == [("lying_entry", pets[0])]
    assert "does not begin at byte 0" in report.reason


def test_another_name_in_front_of_the_data_is_refused(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    data = pack(pets).replace(pets[3].encode(), b"pets/cat/X.jpg", 1)

    report = judge(data, sampled_headers=20)

    assert refused(report) == [("lying_entry", pets[3])]
    assert "has another name in front of its data" in report.reason


def test_another_size_in_front_of_the_data_is_refused(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    report = judge(with_record(pack(pets), 0, compressed=60, size=60))

    assert refused(report) == [("lying_entry", pets[0])]


def test_another_checksum_in_front_of_the_data_is_refused(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    assert refused(judge(with_record(pack(pets), 0, crc=1))) == [("lying_entry", pets[0])]


def test_a_stored_entry_that_claims_to_unpack_to_more_is_refused(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    assert ("lying_entry", pets[0]) in refused(judge(with_record(pack(pets), 0, size=65)))


def test_a_folder_that_carries_data_is_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    data = pack([*pets, "pets/dog/x"]).replace(b"pets/dog/x", b"pets/dogs/")

    assert refused(judge(data)) == [("lying_entry", "pets/dogs/")]


def test_a_name_that_occurs_twice_is_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile's own, while it writes the second entry
        data = pack([*pets, pets[0]])

    assert refused(judge(data)) == [("duplicate_name", pets[0])]


@pytest.mark.filterwarnings("ignore:Duplicate name")  # zipfile's own, while it writes them
def test_two_names_that_are_one_for_older_readers_are_refused(
    judge: Judge, pets: list[str]
) -> None:
    twins = [ZipInfo("pets/dog/_.jpg"), ZipInfo("pets/dog/_.jpg")]
    for info, path in zip(twins, ("pets/dog/ä.jpg", "pets/dog/ö.jpg"), strict=True):
        field = struct.pack("<BL", 1, zlib.crc32(info.filename.encode())) + path.encode()
        info.extra = struct.pack("<HH", 0x7075, len(field)) + field

    assert refused(judge([*pets, *twins])) == [("duplicate_name", "pets/dog/ö.jpg")]


@pytest.mark.parametrize(
    ("name", "twin"),
    [("pets/cat/A.jpg", "pets/cat/a.JPG"), ("pets/cat/\u00e9.jpg", "pets/cat/e\u0301.jpg")],
)
def test_names_that_look_the_same_are_warned_about(
    judge: Judge, pets: list[str], name: str, twin: str
) -> None:
    report = judge([*pets, name, twin])

    assert report.accepted
    assert [(found.rule, found.entry) for found in report.warnings] == [("similar_name", twin)]


def test_data_that_leave_no_room_for_the_next_entry_are_refused(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    data = bytearray(pack(pets))
    struct.pack_into("<H", data, 28, 5)  # the first local header now claims an extra field

    report = judge(bytes(data))

    assert refused(report) == [("lying_entry", pets[0])]
    assert "more data than there is room for" in report.reason


@pytest.mark.parametrize("number", [0, 19])
def test_the_first_and_the_last_header_are_always_looked_at(
    judge: Judge, pack: Pack, pets: list[str], number: int
) -> None:
    data = pack(pets).replace(pets[number].encode(), b"x" * len(pets[number]), 1)

    assert refused(judge(data, sampled_headers=2)) == [("lying_entry", pets[number])]
