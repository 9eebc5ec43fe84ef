"""Hostile entries: each is refused by name, with the rule that it breaks."""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Callable
from zipfile import ZIP_BZIP2, ZipInfo

import pytest

from pipeline.gate.report import LONGEST_LISTED, DatasetReport
from pipeline.quoting import shown

Judge = Callable[..., DatasetReport]
Pack = Callable[..., bytes]

FLAGS_IN_LOCAL, FLAGS_IN_DIRECTORY = 6, 8


def refused(report: DatasetReport) -> list[tuple[str, str | None]]:
    return [(found.rule, found.entry) for found in report.refusals]


def with_flag(data: bytes, flag: int) -> bytes:
    """The zip with this flag set in all of its headers."""
    changed = bytearray(data)
    for signature, place in ((b"PK\x03\x04", FLAGS_IN_LOCAL), (b"PK\x01\x02", FLAGS_IN_DIRECTORY)):
        start = data.find(signature)
        while start >= 0:
            (flags,) = struct.unpack_from("<H", changed, start + place)
            struct.pack_into("<H", changed, start + place, flags | flag)
            start = data.find(signature, start + 4)
    return bytes(changed)


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/cron.d/job.jpg",
        "pets/dog/../../../x.jpg",
        "/etc/passwd.jpg",
        "//server/share/x.jpg",
        "C:/windows/x.jpg",
        "pets\\dog\\x.jpg",
        "pets/dog/line\nbreak.jpg",
        "pets/dog/\x1b[31mred.jpg",
        "pets/dog/\u202egpj.exe.jpg",
        "pets//dog/x.jpg",
        "./pets/dog/x.jpg",
        "..",
        "/",
    ],
)
def test_an_unsafe_path_is_refused_by_name(judge: Judge, pets: list[str], path: str) -> None:
    info = ZipInfo("placeholder")
    info.filename = path  # ZipInfo's constructor would mend some of them

    report = judge([*pets, info])

    assert ("unsafe_path", shown(path)) in refused(report)
    assert "\n" not in report.reason


def test_a_nul_in_a_path_is_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    data = pack([*pets, "pets/dog/x.jpg_.exe"]).replace(b"x.jpg_.exe", b"x.jpg\0.exe")

    assert ("unsafe_path", r"pets/dog/x.jpg\x00.exe") in refused(judge(data))


def test_a_path_that_only_older_readers_see_is_checked_too(judge: Judge, pets: list[str]) -> None:
    raw = "../../x.jpg"
    hidden = struct.pack("<BL", 1, zlib.crc32(raw.encode())) + b"pets/dog/x.jpg"
    info = ZipInfo(raw)
    info.extra = struct.pack("<HH", 0x7075, len(hidden)) + hidden

    assert refused(judge([*pets, info])) == [("unsafe_path", "pets/dog/x.jpg")]


def test_the_unicode_path_of_an_old_name_is_used(judge: Judge, pets: list[str]) -> None:
    names: list[str | ZipInfo] = [name for name in pets if "dog" in name]
    for number in range(10):
        info = ZipInfo(f"pets/K_ter/{number}.jpg")
        path = f"pets/Köter/{number}.jpg".encode()
        field = struct.pack("<BL", 1, zlib.crc32(info.filename.encode())) + path
        info.extra = struct.pack("<HH", 0x7075, len(field)) + field
        names.append(info)

    assert judge(names).classes == ("Köter", "dog")


def test_a_name_in_the_old_encoding_is_read_and_warned_about(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    data = pack([*pets, "pets/dog/h@t.jpg"]).replace(b"h@t", b"h\x81t")  # ü in code page 437

    report = judge(data)

    assert report.accepted
    assert [(found.rule, found.entry) for found in report.warnings] == [
        ("old_encoding", "pets/dog/hüt.jpg")
    ]


@pytest.mark.parametrize("path", ["pets/dog/" + "x" * 252 + ".jpg", "pets/dog/" + "x/" * 600])
def test_a_path_that_is_too_long_is_refused(judge: Judge, pets: list[str], path: str) -> None:
    assert refused(judge([*pets, path])) == [("long_path", shown(path, LONGEST_LISTED))]


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (stat.S_IFLNK, "link"),
        (stat.S_IFIFO, "special_file"),
        (stat.S_IFBLK, "special_file"),
        (stat.S_IFSOCK, "special_file"),
        (stat.S_IFDIR, "special_file"),
    ],
)
def test_links_and_special_files_are_refused(
    judge: Judge, pets: list[str], kind: int, rule: str
) -> None:
    info = ZipInfo("pets/dog/link.jpg")
    info.external_attr = (kind | 0o777) << 16

    assert refused(judge([*pets, info])) == [(rule, "pets/dog/link.jpg")]


@pytest.mark.parametrize("flag", [1, 1 << 6, 1 << 13])
def test_an_encrypted_archive_is_refused(
    judge: Judge, pack: Pack, pets: list[str], flag: int
) -> None:
    report = judge(with_flag(pack(pets), flag))

    assert refused(report)[0] == ("encrypted", pets[0])
    assert "without a password" in report.reason


def test_an_unsupported_compression_is_refused_by_its_name(judge: Judge, pets: list[str]) -> None:
    info = ZipInfo("pets/dog/11.jpg")
    info.compress_type = ZIP_BZIP2

    report = judge([*pets, info])

    assert refused(report) == [("compression_method", "pets/dog/11.jpg")]
    assert "by the method bzip2" in report.reason
