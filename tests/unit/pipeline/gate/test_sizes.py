"""Entries and archives that are too large, and how many wrong ones a report names."""

from __future__ import annotations

import io
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from pipeline.gate.report import DatasetReport

Judge = Callable[..., DatasetReport]
Pack = Callable[..., bytes]


def refused(report: DatasetReport) -> list[tuple[str, str | None]]:
    return [(found.rule, found.entry) for found in report.refusals]


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


def test_an_archive_that_no_job_s_volume_holds_is_refused(
    judge: Judge, pack: Pack, pets: list[str]
) -> None:
    """Entries that are small may have much between them."""
    data = pack(pets)

    report = judge(data, max_archive_bytes=len(data) - 1)

    assert refused(report) == [("large_archive", None)]
    assert judge(data, max_archive_bytes=len(data)).accepted


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
    assert "`kennel runs report` lists " in report.reason


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
