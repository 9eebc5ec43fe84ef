"""Which folders the gate takes for a data set, and what it says about the others."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pipeline.gate.report import DatasetReport

Judge = Callable[..., DatasetReport]


def refused(report: DatasetReport) -> list[str]:
    return [found.rule for found in report.refusals]


def warned(report: DatasetReport) -> list[str]:
    return [found.rule for found in report.warnings]


def test_a_zip_with_its_own_split_is_accepted_as_it_is(judge: Judge, split_pets: list[str]) -> None:
    report = judge(split_pets)

    assert report.accepted
    assert (report.layout, report.wrapper) == ("split", "pets")
    assert report.folders == ("1.cat", "2.dog")
    assert report.classes == ("cat", "dog")
    assert report.class_counts["valid"] == {"1.cat": 5, "2.dog": 5}
    assert report.counts == {"train": 10, "valid": 10, "test": 10}


def test_class_folders_alone_are_accepted(judge: Judge, pets: list[str]) -> None:
    report = judge(pets)

    assert report.accepted
    assert report.layout == "classes"
    assert report.class_counts == {"all": {"cat": 10, "dog": 10}}


@pytest.mark.parametrize("wrapper", ["", "dogImages/", "a/b c/ü/"])
def test_any_wrapper_folder_will_do(judge: Judge, split_pets: list[str], wrapper: str) -> None:
    report = judge([name.replace("pets/", wrapper) for name in split_pets])

    assert report.accepted
    assert report.wrapper == wrapper.rstrip("/")


@pytest.mark.parametrize("spelling", ["val", "validation", "Valid", "VALIDATION"])
def test_valid_may_be_spelled_otherwise(judge: Judge, split_pets: list[str], spelling: str) -> None:
    report = judge([name.replace("valid", spelling) for name in split_pets])

    assert report.accepted
    assert report.counts["valid"] == 10


def test_two_spellings_of_one_split_are_refused(judge: Judge, split_pets: list[str]) -> None:
    report = judge([*split_pets, "pets/val/1.cat/11.jpg"])

    assert refused(report) == ["split_twice"]
    assert "“val” and “valid”" in report.reason


def test_folders_below_a_class_folder_belong_to_the_class(judge: Judge, pets: list[str]) -> None:
    report = judge([*pets, "pets/cat/persian/long haired/1.PNG"])

    assert report.class_counts["all"]["cat"] == 11


def test_an_image_outside_of_the_class_folders_is_refused(judge: Judge, pets: list[str]) -> None:
    report = judge([*pets, "pets/cover.jpg"])

    assert refused(report) == ["stray_images"]
    assert "in the folder “pets”" in report.reason


def test_unlabelled_test_images_are_refused(judge: Judge, split_pets: list[str]) -> None:
    report = judge([*split_pets, "pets/test/unknown.jpg"])

    assert refused(report) == ["stray_images"]
    assert "in the folder “pets/test”" in report.reason


def test_two_data_sets_in_one_zip_are_refused(judge: Judge, split_pets: list[str]) -> None:
    report = judge([*split_pets, *(f"old/{name}" for name in split_pets)])

    assert refused(report) == ["several_data_sets"]
    assert "“old/pets” and also in “pets”" in report.reason


@pytest.mark.parametrize(
    "names",
    [["1.jpg", "2.jpg"], ["pets/1.jpg", "pets/2.jpg"], ["train/1.jpg", "test/1.jpg"]],
)
def test_images_without_class_folders_are_refused(judge: Judge, names: list[str]) -> None:
    assert refused(judge(names)) == ["no_class_folders"]


def test_a_zip_without_images_is_refused(judge: Judge) -> None:
    assert refused(judge(["readme.txt", "cat/notes.md"])) == ["no_images"]


def test_a_zip_in_a_zip_is_refused_by_name(judge: Judge) -> None:
    report = judge(["readme.txt", "inner/pets.zip"])

    assert refused(report) == ["nested_archive"]
    assert "“inner/pets.zip”" in report.reason


def test_what_operating_systems_leave_behind_is_ignored_and_listed(
    judge: Judge, pets: list[str]
) -> None:
    rubbish = [
        "__MACOSX/pets/cat/._0.jpg",
        "pets/.DS_Store",
        "pets/cat/Thumbs.db",
        "pets/desktop.ini",
        "pets/cat/.hidden.jpg",
        "pets/readme.md",
    ]

    report = judge(["pets/", "pets/cat/", *pets, *rubbish])

    assert report.accepted
    assert report.class_counts["all"]["cat"] == 10
    assert report.ignored.count == 6
    assert set(report.ignored.entries) == set(rubbish)


def test_images_in_too_many_folders_are_refused(judge: Judge, pets: list[str]) -> None:
    assert refused(judge(pets, max_folders=1)) == ["too_many_folders"]


def test_the_report_is_json_with_its_schema(judge: Judge, pets: list[str]) -> None:
    document = json.loads(json.dumps(judge([*pets, "pets/x.txt"]).as_json()))

    assert document["schema"] == "kennel.dataset_report/1"
    assert document["key"] == "datasets/pets.zip"
    assert document["accepted"] is True
    assert document["class_counts"] == {"all": {"cat": 10, "dog": 10}}
    assert document["counts"] == {"all": 20}
    assert document["totals"]["entries"] == 21
    assert document["totals"]["uncompressed_bytes"] == 21 * 64
    assert document["ignored"] == {"count": 1, "entries": ["pets/x.txt"]}


def test_the_digest_changes_with_the_images(pack: Callable[..., bytes], judge: Judge) -> None:
    names = ["a/1.jpg", "b/1.jpg"]

    same, again, other = (judge(pack(names, data)) for data in (b"x", b"x", b"y"))

    assert same.directory_digest == again.directory_digest
    assert same.directory_digest != other.directory_digest
