"""Names of classes that a person could not tell apart, or not see, or not read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from pipeline.gate.report import DatasetReport

Judge = Callable[..., DatasetReport]
COMPOSED = unicodedata.normalize("NFC", "Épagneul")
DECOMPOSED = unicodedata.normalize("NFD", "Épagneul")


def refused(report: DatasetReport) -> list[str]:
    return [found.rule for found in report.refusals]


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        ("Pug ", "spaces"),
        ("Pug\u00a0", "spaces"),
        ("Pu\u200bg", "characters that cannot be seen"),
        ("Pug\ufe0f", "characters that cannot be seen"),
        ("\ufeffPug", "characters that cannot be seen"),
        ("P\u00adug", "characters that cannot be seen"),
    ],
)
def test_classes_that_look_the_same_are_refused(
    judge: Judge, pets: list[str], other: str, difference: str
) -> None:
    names = [name.replace("cat", "Pug").replace("dog", other) for name in pets]

    report = judge(names)

    assert refused(report) == ["same_label"]
    assert f"differ by nothing but {difference}: put their images into one" in report.reason


def test_two_ways_to_write_an_accent_are_one_class_to_a_person(
    judge: Judge, pets: list[str]
) -> None:
    report = judge([n.replace("cat", COMPOSED).replace("dog", DECOMPOSED) for n in pets])

    assert refused(report) == ["same_label"]
    assert "the way in which their accents are written" in report.reason


def test_splits_that_write_an_accent_differently_are_refused_for_that_alone(
    judge: Judge, split_pets: list[str]
) -> None:
    names = [
        name.replace("2.dog", DECOMPOSED if "test" in name else COMPOSED) for name in split_pets
    ]

    assert refused(judge(names)) == ["same_label"]


def test_what_an_invisible_character_tells_is_written_out(judge: Judge, pets: list[str]) -> None:
    report = judge([name.replace("dog", "ca\u200bt") for name in pets])

    assert r"“cat” and “ca\u200bt” differ" in report.reason


@pytest.mark.parametrize("blank", [" ", "\u200b", "\u3164", "\u00a0"])
def test_a_name_of_which_nothing_can_be_seen_is_refused(
    judge: Judge, pets: list[str], blank: str
) -> None:
    report = judge([name.replace("dog", blank) for name in pets])

    assert refused(report) == ["blank_label"]


def test_names_that_no_ledger_can_hold_together_are_refused(judge: Judge, pets: list[str]) -> None:
    report = judge(pets, max_labels_bytes=5)

    assert refused(report) == ["long_labels"]
    assert "have 6 bytes together, more than the 5 allowed: shorten them." in report.reason
