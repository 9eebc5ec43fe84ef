"""Records of the directory: damaged ones are refused, unusual ones are read."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from zipfile import ZipFile, ZipInfo

import pytest

from pipeline.gate.directory import END
from pipeline.gate.report import DatasetReport

Judge = Callable[..., DatasetReport]
Pack = Callable[..., bytes]


def refused(report: DatasetReport) -> list[str]:
    return [found.rule for found in report.refusals]


def test_a_damaged_record_is_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    data = pack(pets)
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)

    report = judge(data[:second] + b"XX" + data[second + 2 :])

    assert refused(report) == ["directory_damaged"]


def test_a_zip64_entry_is_read(judge: Judge, pets: list[str]) -> None:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name in pets:
            with archive.open(ZipInfo(name), "w", force_zip64=True) as file:
                file.write(b"image")

    assert judge(buffer.getvalue()).accepted


def test_a_zip_that_was_written_as_a_stream_is_read(judge: Judge, pets: list[str]) -> None:
    """Its sizes follow the data, so the local headers hold none."""
    stream = Stream()
    with ZipFile(stream, "w") as archive:
        for name in pets:
            archive.writestr(name, b"image")

    assert judge(stream.getvalue()).accepted


class Stream(io.BytesIO):
    """Somewhere to write that does not know its position."""

    def tell(self) -> int:
        raise io.UnsupportedOperation


def test_lacking_zip64_sizes_are_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    data = bytearray(pack(pets))
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, 0xFFFFFFFF)

    report = judge(bytes(data))

    assert refused(report) == ["directory_damaged"]
    assert f"lacks the zip64 sizes of “{pets[0]}”" in report.reason


def test_an_entry_in_another_part_is_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    data = bytearray(pack(pets))
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 34, 1)

    assert refused(judge(bytes(data))) == ["multiple_parts"]


def test_a_record_that_reaches_beyond_the_directory_is_refused(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    data = bytearray(pack(pets))
    struct.pack_into("<H", data, data.rindex(b"PK\x01\x02") + 28, 0xFFFF)

    assert refused(judge(bytes(data))) == ["directory_damaged"]


def test_a_name_that_is_not_utf8_is_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    data = pack([*pets, "pets/dog/ä.jpg"]).replace("ä".encode(), b"\xff\xfe")

    assert refused(judge(data)) == ["name_encoding"]


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param(struct.pack("<HH", 0x9999, 200) + b"short", id="cut off"),
        pytest.param(struct.pack("<HH", 0x7075, 0) * 2, id="twice"),
        pytest.param(struct.pack("<HHBL", 0x7075, 5, 1, 0), id="empty Unicode path"),
        pytest.param(struct.pack("<HHBL", 0x7075, 6, 1, 0xF7225268) + b"\xff", id="no UTF-8"),
    ],
)
def test_a_damaged_extra_field_is_refused(judge: Judge, pets: list[str], extra: bytes) -> None:
    info = ZipInfo("pets/dog/11.jpg")
    info.extra = extra

    assert refused(judge([*pets, info])) == ["directory_damaged"]


def test_sizes_and_places_in_the_zip64_field_are_used(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    info = ZipInfo("pets/dog/99.jpg")
    info.extra = struct.pack("<HHQQQ", 0xCAFE, 24, 64, 64, len(pack(pets)) - directory_size(pets))
    data = bytearray(pack([*pets, info]).replace(b"\xfe\xca", b"\x01\x00"))
    record = data.rindex(b"PK\x01\x02")
    struct.pack_into("<LL", data, record + 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<L", data, record + 42, 0xFFFFFFFF)

    report = judge(bytes(data), sampled_headers=21)

    assert report.accepted
    assert report.totals.compressed_bytes == report.totals.uncompressed_bytes == 21 * 64


def directory_size(names: list[str]) -> int:
    """The bytes behind the data in a zip of these names: a record for each, and the end."""
    return sum(46 + len(name.encode()) for name in names) + END.size


def test_a_unicode_path_of_an_unknown_version_is_ignored(judge: Judge, pets: list[str]) -> None:
    info = ZipInfo("pets/dog/11.jpg")
    field = struct.pack("<BL", 2, zlib.crc32(b"pets/dog/11.jpg")) + b"../../x.jpg"
    info.extra = struct.pack("<HH", 0x7075, len(field)) + field

    assert judge([*pets, info]).accepted


def test_a_directory_that_ends_inside_a_record_is_refused(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    data = pack(pets)
    fields = list(END.unpack(data[-END.size :]))
    fields[5] += 10

    report = judge(data[: -END.size] + b"PK\x01\x02 begin" + END.pack(*fields))

    assert refused(report) == ["directory_damaged"]
