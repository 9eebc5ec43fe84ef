"""Hostile entries: each is refused by name, with the rule that it breaks."""

from __future__ import annotations

import io
import stat
import struct
import zlib
from collections.abc import Callable
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from pipeline.gate.report import DatasetReport

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

    assert ("unsafe_path", path) in refused(report)
    assert "\n" not in report.reason


def test_a_nul_in_a_path_is_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    data = pack([*pets, "pets/dog/x.jpg_.exe"]).replace(b"x.jpg_.exe", b"x.jpg\0.exe")

    assert ("unsafe_path", "pets/dog/x.jpg\0.exe") in refused(judge(data))


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
    assert refused(judge([*pets, path])) == [("long_path", path)]


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


def test_a_zip_bomb_in_one_entry_is_refused(judge: Judge, pack: Pack, pets: list[str]) -> None:
    buffer = io.BytesIO(pack(pets))
    with ZipFile(buffer, "a", ZIP_DEFLATED) as archive:
        archive.writestr("pets/dog/bomb.jpg", bytes(2 * 1024**2))

    assert refused(judge(buffer.getvalue())) == [("implausible_ratio", "pets/dog/bomb.jpg")]


def test_a_zip_bomb_in_small_pieces_is_refused(judge: Judge, pets: list[str]) -> None:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name in pets:
            archive.writestr(name, bytes(100_000))

    report = judge(buffer.getvalue(), min_bytes_for_archive_ratio=1_000_000)

    assert refused(report) == [("implausible_ratio", None)]


def test_an_entry_larger_than_any_image_is_refused(judge: Judge, pets: list[str]) -> None:
    report = judge(pets, max_entry_bytes=63)

    assert refused(report)[0] == ("large_entry", pets[0])


def test_an_archive_that_unpacks_to_too_much_is_refused(judge: Judge, pets: list[str]) -> None:
    assert refused(judge(pets, max_uncompressed_bytes=1_000)) == [("large_archive", None)]


def test_many_wrong_entries_make_a_short_report(judge: Judge) -> None:
    report = judge([f"../{number}.jpg" for number in range(1000)])

    unsafe = [found for found in report.refusals if found.rule == "unsafe_path"]
    assert len(unsafe) == 6
    assert report.reason.count("“../") == 1
    assert unsafe[-1].message == "995 more findings of the rule unsafe_path."


def test_the_reason_states_one_finding_of_each_rule(judge: Judge, pets: list[str]) -> None:
    report = judge([*pets, "../1.jpg", "../2.jpg", "pets/rat/1.jpg"], max_entry_bytes=63)

    assert "“../1.jpg”" in report.reason
    assert "“../2.jpg”" not in report.reason
    assert f"“{pets[0]}” unpacks to 64 bytes" in report.reason
    assert "Further findings in the report: " in report.reason


@pytest.mark.parametrize(
    "limits",
    [
        {"max_entry_bytes": 64},
        {"max_uncompressed_bytes": 20 * 64},
        {"max_entries": 20},
        {"max_folders": 2},
        {"max_classes": 2},
        {"max_path_bytes": len("pets/cat/0.jpg")},
        {"max_name_bytes": len("0.jpg")},
        {"max_label_characters": 3},
    ],
)
def test_a_limit_itself_is_allowed(judge: Judge, pets: list[str], limits: dict[str, int]) -> None:
    (name, most) = next(iter(limits.items()))

    assert judge(pets, **limits).accepted
    assert not judge(pets, **{name: most - 1}).accepted


def test_a_rule_broken_five_times_has_no_surplus(judge: Judge) -> None:
    report = judge([f"../{number}.jpg" for number in range(5)])

    assert [found.rule for found in report.refusals].count("unsafe_path") == 5
