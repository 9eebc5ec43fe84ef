"""What counts as a split, whatever it is called, and what looks like one and is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.gate.report import DatasetReport

Judge = Callable[..., DatasetReport]


def refused(report: DatasetReport) -> list[str]:
    return [found.rule for found in report.refusals]


def images(*folders: str, count: int = 12) -> list[str]:
    return [f"{folder}/{number}.jpg" for folder in folders for number in range(count)]


def test_training_with_testing_is_a_split_and_not_two_classes(judge: Judge) -> None:
    report = judge(
        images("training/cat", "training/dog") + images("testing/cat", "testing/dog", count=1)
    )

    assert report.accepted
    assert report.classes == ("cat", "dog")
    assert report.counts == {"train": 24, "test": 2}


def test_training_validation_and_testing_are_the_three_splits(judge: Judge) -> None:
    splits = ("training", "validation", "testing")

    report = judge(images(*(f"{split}/{kind}" for split in splits for kind in ("cat", "dog"))))

    assert (report.accepted, report.warnings) == (True, ())
    assert report.counts == {"train": 24, "valid": 24, "test": 24}


@pytest.mark.parametrize("wrapper", ["test", "train", "Validation", "test/dogs", "my/test/train"])
def test_a_wrapper_may_be_called_like_a_split(
    judge: Judge, split_pets: list[str], wrapper: str
) -> None:
    report = judge([name.replace("pets/", f"{wrapper}/") for name in split_pets])

    assert report.accepted
    assert report.wrapper == wrapper
    assert report.counts == {"train": 10, "valid": 10, "test": 10}


def test_class_folders_in_a_folder_called_test_are_told_what_that_means(
    judge: Judge, pets: list[str]
) -> None:
    report = judge([name.replace("pets/", "test/") for name in pets])

    assert refused(report) == ["missing_split"]
    assert "call test otherwise if that is no split" in report.reason


@pytest.mark.parametrize(
    "folders",
    [("train_set", "test_set"), ("seg_train", "seg_test", "seg-dev"), ("Trainset", "Testset")],
)
def test_splits_of_other_names_are_refused_as_classes(
    judge: Judge, folders: tuple[str, ...]
) -> None:
    report = judge(images(*(f"{folder}/{kind}" for folder in folders for kind in "ab")))

    assert refused(report) == ["splits_as_classes"]
    assert "are called like splits: call them train, valid and test" in report.reason


@pytest.mark.parametrize(
    "folders", [("train", "bus"), ("test tube", "flask"), ("train", "training dog"), ("dev", "ops")]
)
def test_classes_may_have_such_words_in_their_names(judge: Judge, folders: tuple[str, ...]) -> None:
    report = judge(images(*(f"all/{folder}" for folder in folders)))

    assert report.accepted
    assert report.folders == tuple(sorted(folders))


def test_a_folder_of_splits_within_each_class_is_no_wrapper(judge: Judge) -> None:
    report = judge(images("train/cat/test/a", "train/dog/test/b"))

    assert report.class_counts == {"train": {"cat": 12, "dog": 12}}
