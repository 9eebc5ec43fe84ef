"""Records of the directory: damaged ones are refused, unusual ones are read."""

import io
import struct
from collections.abc import Callable
from zipfile import ZipFile, ZipInfo

import pytest

from pipeline.dataset_report import DatasetReport

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
