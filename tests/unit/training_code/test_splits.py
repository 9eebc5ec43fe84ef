"""Splits that the zip does not bring along."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from training_code.data.archive import CheckedArchive
from training_code.data.splits import ObjectSample, Sample, Splits, carve

Image = tuple[str, str, str]


def images(folder: str, count: int) -> list[Image]:
    digests = [hashlib.sha256(f"{folder}{n}".encode()).hexdigest() for n in range(count)]
    return [(folder, digest, digest) for digest in digests]


def test_each_class_is_split_80_10_10() -> None:
    splits = carve(images("A", 40) + images("B", 100), ["test", "valid"])

    assert {name: len(rows) for name, rows in splits.items()} == {
        "train": 112,
        "valid": 14,
        "test": 14,
    }


def test_the_place_of_an_image_depends_on_content_alone() -> None:
    before = carve(images("A", 50), ["test", "valid"])
    renamed = [("another name", digest, item) for _, digest, item in reversed(images("A", 50))]

    after = carve(renamed, ["test", "valid"])

    assert {name: set(rows) for name, rows in after.items()} == {
        name: set(rows) for name, rows in before.items()
    }


def test_no_test_image_becomes_a_training_image_when_the_class_grows() -> None:
    before = carve(images("A", 60), ["test", "valid"])

    after = carve(images("A", 75), ["test", "valid"])

    assert not set(before["test"]) & set(after["train"])


@pytest.mark.parametrize(("count", "held_out"), [(3, 1), (4, 1), (2, 0), (1, 0)])
def test_small_classes_are_in_every_split_from_three_images_on(count: int, held_out: int) -> None:
    splits = carve(images("A", count), ["test", "valid"])

    assert [len(splits[name]) for name in ("test", "valid")] == [held_out, held_out]
    assert len(splits["train"]) == count - 2 * held_out


def test_only_missing_splits_are_carved() -> None:
    splits = carve(images("A", 20), ["valid"])

    assert {name: len(rows) for name, rows in splits.items()} == {"train": 18, "valid": 2}


def test_splits_are_read_as_they_were_written(tmp_path: Path) -> None:
    splits = Splits(
        archive=CheckedArchive(
            key="datasets/dogs.zip",
            version="v1",
            etag="e" * 32,
            bytes=100,
            directory_offset=50,
            directory_digest="d" * 64,
        ),
        classes=("A", "B"),
        folders=("1.A", "2.B"),
        train=(Sample("train/1.A/ä.jpg", 0),),
        valid=(Sample("valid/2.B/b.jpg", 1),),
        test=(ObjectSample("test/2.B/c.jpg", 1, "00000.jpg"),),
    )
    splits.write(tmp_path)

    assert Splits.read(tmp_path) == splits
