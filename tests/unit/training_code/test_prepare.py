"""The processing job on drawn data sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.datasets import COLOURS, picture, split_dataset
from tests.support.training_jobs import BACKBONE, Job
from training_code.job.errors import InputError


def test_features_and_labels_have_the_promised_shapes(prepared: Job) -> None:
    train = np.load(prepared.folder / "features" / BACKBONE / "train.npz")
    valid = np.load(prepared.folder / "features" / BACKBONE / "valid.npz")

    assert (train["features"].shape, train["features"].dtype) == ((16, 2, 512), np.float32)
    assert valid["features"].shape == (8, 1, 512)
    assert list(np.bincount(train["labels"])) == [8, 8]
    assert prepared.json(f"features/{BACKBONE}/features.json") == {
        "schema": "kennel.features/1",
        "classes": 2,
        "dimension": 512,
        "backbone": BACKBONE,
        "views": 2,
    }


def test_test_objects_are_the_images_byte_by_byte(prepared: Job) -> None:
    rows = prepared.json("preparation/splits.json")["test"]

    bodies = {
        row["member"]: (prepared.folder / "test" / row["object"]).read_bytes() for row in rows
    }

    members = split_dataset()
    assert bodies == {name: members[name] for name in members if "/test/" in name}


def test_splits_name_classes_in_the_order_of_their_folders(prepared: Job) -> None:
    splits = prepared.json("preparation/splits.json")

    assert splits["folders"] == list(COLOURS)
    assert splits["classes"] == ["Red_setter", "Blue_heeler"]


def test_corrupt_images_are_reported_and_left_out(tmp_path: Path) -> None:
    members = split_dataset(train=4, held_out=2)
    truncated = "dogs/train/001.Red_setter/0.jpg"
    text = "dogs/test/002.Blue_heeler/0.jpg"
    partial = "dogs/valid/001.Red_setter/0.jpg"
    members[truncated] = members[truncated][: len(members[truncated]) // 2]
    members[partial] = members[partial][:-300]
    members[text] = b"no image at all"

    job = Job(tmp_path).prepare(members)

    report = job.json("preparation/report.json")
    assert {(row["member"], row["split"], row["code"]) for row in report["corrupt"]} == {
        (truncated, "train", "truncated"),
        (partial, "valid", "partial"),
        (text, "test", "not_an_image"),
    }
    assert report["counts"] == {"train": 7, "valid": 3, "test": 3}
    assert len(list((tmp_path / "test").iterdir())) == 3


def test_empty_images_are_corrupt_and_no_copies_of_each_other(tmp_path: Path) -> None:
    members = split_dataset(train=4, held_out=2)
    empty = [f"dogs/train/{folder}/{n}.jpg" for folder in COLOURS for n in range(1, 4)]
    members |= dict.fromkeys(empty, b"")

    job = Job(tmp_path).prepare(members)

    report = job.json("preparation/report.json")
    assert {(row["member"], row["code"]) for row in report["corrupt"]} == {
        (name, "empty") for name in empty
    }
    assert report["duplicates"] == []


def test_what_is_left_out_is_summed_up_for_a_person(tmp_path: Path) -> None:
    members = split_dataset(train=6, held_out=2)
    for number in range(5):
        members[f"dogs/train/002.Blue_heeler/{number}.jpg"] = b"no image %d" % number

    job = Job(tmp_path).prepare(members)

    first, second, *_ = job.json("preparation/report.json")["warnings"]
    assert first.startswith(
        "5 of 20 images cannot be used and were left out, the first being "
        "dogs/train/002.Blue_heeler/0.jpg: "
    )
    assert second == (
        "The class Blue_heeler has lost 5 of its 10 images so: it will be recognised worse."
    )


def test_duplicates_leave_train_and_wrong_labels_are_told(tmp_path: Path) -> None:
    members = split_dataset(train=4, held_out=2)
    copy = "dogs/train/001.Red_setter/copy.jpg"
    wrong = "dogs/train/002.Blue_heeler/wrong.jpg"
    tested = "dogs/test/001.Red_setter/0.jpg"
    members[copy] = members[wrong] = members[tested]

    job = Job(tmp_path).prepare(members)

    report = job.json("preparation/report.json")
    rows = {(r["member"], r["same_as"], r["label_conflict"]) for r in report["duplicates"]}
    assert rows == {(copy, tested, False), (wrong, tested, True)}
    assert report["counts"] == {"train": 8, "valid": 4, "test": 4}
    contradiction, copies = report["warnings"]
    assert contradiction == (
        f"{tested} and {wrong} are the same picture under two labels, Red_setter and Blue_heeler, "
        "which contradict each other: the first is used; remove the wrong one."
    )
    assert copies == (
        f"Copies of other images were left out: 1, the first being {copy}, the same as {tested}."
    )


def test_class_folders_alone_are_split(tmp_path: Path) -> None:
    members = {
        f"{folder}/{number}.jpg": picture(folder, number)
        for folder in COLOURS
        for number in range(10)
    }

    job = Job(tmp_path).prepare(members)

    report = job.json("preparation/report.json")
    assert report["counts"] == {"train": 16, "valid": 2, "test": 2}
    valid = np.load(tmp_path / "features" / BACKBONE / "valid.npz")
    assert valid["features"].shape == (2, 1, 512)


@pytest.mark.parametrize("split", ["train", "valid", "test"])
def test_a_class_without_any_usable_image_in_a_split_is_named(tmp_path: Path, split: str) -> None:
    members = split_dataset(train=2, held_out=2)
    first = f"dogs/{split}/001.Red_setter/0.jpg"
    members[first] = members[f"dogs/{split}/001.Red_setter/1.jpg"] = b"broken"

    with pytest.raises(InputError) as raised:
        Job(tmp_path).prepare(members)

    assert str(raised.value) == (
        f"no image of the class Red_setter is left for {split}: of its 2 images there 2 cannot be "
        f"used, the first being {first}: the file is not an image. Add sound "
        "images of the class, or remove it"
    )
