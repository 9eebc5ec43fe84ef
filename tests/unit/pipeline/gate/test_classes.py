"""Which classes the gate accepts: named well, the same in all splits, with enough images."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.gate.report import DatasetReport

Judge = Callable[..., DatasetReport]


def refused(report: DatasetReport) -> list[str]:
    return [found.rule for found in report.refusals]


def warned(report: DatasetReport) -> list[str]:
    return [found.rule for found in report.warnings]


@pytest.mark.parametrize("split", ["valid", "test"])
def test_a_missing_valid_or_test_is_taken_from_train_and_said(
    judge: Judge, split_pets: list[str], split: str
) -> None:
    names = [name for name in split_pets if split not in name]

    report = judge(names, min_unsplit_images=5)

    assert report.accepted
    assert warned(report) == ["missing_split"]
    assert f"none for {split}" in report.warnings[0].message


def test_a_split_that_must_give_to_others_needs_more_images(
    judge: Judge, split_pets: list[str]
) -> None:
    report = judge([name for name in split_pets if "test" not in name])

    assert refused(report) == ["too_few_images", "too_few_images"]
    assert "“1.cat” has 5 images in train, and at least 10 are needed" in report.reason


def test_a_missing_train_is_refused(judge: Judge, split_pets: list[str]) -> None:
    report = judge([name for name in split_pets if "train" not in name])

    assert refused(report) == ["missing_split"]
    assert "none for train" in report.reason


def test_classes_that_differ_between_splits_are_refused_by_name(
    judge: Judge, split_pets: list[str]
) -> None:
    report = judge([name for name in split_pets if "test/2.dog" not in name])

    assert refused(report) == ["classes_differ"]
    assert "“2.dog” has images in other splits but none in test" in report.reason


def test_a_single_class_is_refused(judge: Judge, split_pets: list[str]) -> None:
    report = judge([name for name in split_pets if "dog" not in name])

    assert refused(report) == ["one_class"]
    assert "“1.cat”" in report.reason


def test_unicode_names_are_kept(judge: Judge, pets: list[str]) -> None:
    report = judge([name.replace("dog", "Kljajić ö 犬") for name in pets])

    assert report.accepted
    assert report.warnings == ()
    assert report.classes == ("Kljajić ö 犬", "cat")


def test_numbers_are_kept_where_classes_differ_by_nothing_else(
    judge: Judge, pets: list[str]
) -> None:
    names = [name.replace("cat", "2-door").replace("dog", "4-door") for name in pets]

    report = judge(names)

    assert report.classes == ("2-door", "4-door")
    assert warned(report) == ["similar_label"]


def test_class_folders_that_differ_by_capital_letters_are_warned_about(
    judge: Judge, pets: list[str]
) -> None:
    report = judge([*pets, *(name.replace("cat", "CAT") for name in pets if "cat" in name)])

    assert report.accepted
    assert "similar_label" in warned(report)


def test_a_class_name_that_no_table_can_hold_is_refused(judge: Judge, pets: list[str]) -> None:
    report = judge([name.replace("cat", "c" * 101) for name in pets])

    assert refused(report) == ["long_label"]


def test_too_many_classes_are_refused(judge: Judge, pets: list[str]) -> None:
    assert refused(judge(pets, max_classes=1)) == ["too_many_classes"]


def test_too_few_images_of_a_class_are_refused_by_name(judge: Judge, pets: list[str]) -> None:
    report = judge(pets[1:])

    assert refused(report) == ["too_few_images"]
    assert "“cat” has 9 images, and at least 10 are needed" in report.reason


def test_a_test_split_that_no_evaluation_takes_is_refused_before_anything_is_paid(
    judge: Judge, split_pets: list[str]
) -> None:
    report = judge(split_pets, max_test_scores=19)

    assert refused(report) == ["large_test"]
    assert report.reason == (
        "The 10 test images and 2 classes give 20 probabilities, more than the 19 that an "
        "evaluation compares: keep at most 9 images in test, in a folder test of your own."
    )


@pytest.mark.parametrize(("most", "rules"), [(4, []), (3, ["large_test"])])
def test_a_test_split_that_is_yet_to_be_taken_counts_as_well(
    judge: Judge, pets: list[str], most: int, rules: list[str]
) -> None:
    assert refused(judge(pets, max_test_scores=most)) == rules


def test_an_imbalance_is_warned_about(judge: Judge, pets: list[str]) -> None:
    report = judge([*pets, *(f"pets/cat/more/{number}.jpg" for number in range(90))])

    assert report.accepted
    assert warned(report) == ["imbalance"]
    assert "“cat” has 100 images to learn from, 10 times as many as “dog”" in (
        report.warnings[0].message
    )
