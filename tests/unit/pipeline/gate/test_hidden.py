"""Images that would be left out without a word: in hidden folders, and empty ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.gate.report import DatasetReport

Judge = Callable[..., DatasetReport]


def rules(report: DatasetReport) -> list[tuple[str, str]]:
    return [(found.severity, found.rule) for found in report.findings]


def test_a_hidden_class_folder_is_refused(judge: Judge, pets: list[str]) -> None:
    report = judge([*pets, "pets/.bird/1.jpg", "pets/.bird/2.jpg"])

    assert rules(report) == [("refused", "hidden_class")]
    assert report.reason == (
        "The folder “pets/.bird” is hidden, as its name begins with a dot, so its 2 images would "
        "be left out: rename it if it is a class, and remove it if it is none."
    )


def test_a_hidden_class_folder_of_a_split_is_refused(judge: Judge, split_pets: list[str]) -> None:
    report = judge([*split_pets, "pets/valid/.bird/old/1.jpg"])

    assert rules(report) == [("refused", "hidden_class")]
    assert "“pets/valid/.bird”" in report.reason


def test_a_hidden_folder_within_a_class_is_warned_about(judge: Judge, pets: list[str]) -> None:
    report = judge([*pets, "pets/cat/.old/1.jpg"])

    assert report.accepted
    assert rules(report) == [("warning", "hidden_images")]


@pytest.mark.parametrize(
    "name",
    [
        "pets/.ipynb_checkpoints/1-checkpoint.jpg",
        "pets/.thumbnails/1.png",
        "pets/.git/1.png",
        "__MACOSX/pets/.bird/1.jpg",
        "pets/.notes/readme.md",
        "pets/.hidden.jpg",
    ],
)
def test_what_programs_leave_behind_is_nobody_s_class(
    judge: Judge, pets: list[str], name: str
) -> None:
    assert rules(judge([*pets, name])) == []


def test_a_data_set_that_is_all_hidden_is_told_so(judge: Judge) -> None:
    report = judge([".pets/cat/1.jpg", ".pets/dog/1.jpg"])

    assert rules(report) == [("refused", "no_images")]
    assert "no images but 2 in the folder “.pets”, which is hidden" in report.reason


@pytest.mark.parametrize(("empty", "severity"), [(0, None), (1, "warning")])
def test_an_empty_image_is_told_of(
    judge: Judge, archive_of: Callable[..., bytes], pets: list[str], empty: int, severity: str
) -> None:
    names = dict.fromkeys(pets, b"x") | {f"pets/cat/{n}e.jpg": b"" for n in range(empty)}

    found = rules(judge(archive_of(names)))

    assert found == ([(severity, "empty_images")] if severity else [])


def test_a_class_of_empty_images_is_refused(
    judge: Judge, archive_of: Callable[..., bytes], pets: list[str]
) -> None:
    report = judge(archive_of({name: b"" if "dog" in name else b"x" for name in pets}))

    assert rules(report) == [("refused", "too_few_images"), ("warning", "empty_images")]
    assert "“dog” has 0 images, and at least 10 are needed" in report.reason
    assert "10 images are empty, the first of them “pets/dog/0.jpg”" in (report.warnings[0].message)
