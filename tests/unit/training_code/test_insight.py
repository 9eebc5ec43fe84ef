"""What the preparation says of doubtful labels and of pictures that lie in a data set twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from tests.support.datasets import picture, split_dataset
from tests.support.training_jobs import Job
from training_code.data.label_errors import suspect_labels
from training_code.data.near_duplicates import near_duplicates, thumbnail
from training_code.model.features import of_length_one

RED, BLUE = "001.Red_setter", "002.Blue_heeler"
TRAINED = f"dogs/train/{RED}/0.jpg"


def altered(body: bytes, change: Callable[[Image.Image], Image.Image]) -> bytes:
    stream = io.BytesIO()
    change(Image.open(io.BytesIO(body))).save(stream, "JPEG", quality=85)
    return stream.getvalue()


def corrections_of(job: Job) -> list[dict[str, str]]:
    with (job.folder / "preparation" / "corrections.csv").open(newline="") as file:
        return list(csv.DictReader(file))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "mirrored": ImageOps.mirror,
    "smaller": lambda image: image.resize((53, 40)),
    "larger": lambda image: image.resize((400, 300)),
    "mirrored and squeezed": lambda image: ImageOps.mirror(image).resize((60, 60)),
    "grey": lambda image: image.convert("L"),
}


def test_changed_copies_in_another_split_are_named(tmp_path: Path) -> None:
    members = split_dataset()
    copies = {
        f"dogs/test/{RED}/{name}.jpg": altered(members[TRAINED], change)
        for name, change in CHANGES.items()
    }

    job = Job(tmp_path).prepare({**members, **copies})

    report = job.json("preparation/report.json")
    pairs = [pair for pair in report["near_duplicates"]["pairs"] if pair["member"] == TRAINED]
    assert {(p["split"], p["like"], p["like_split"]) for p in pairs} == {
        ("train", copy, "test") for copy in copies
    }
    assert any("in two splits" in warning and TRAINED in warning for warning in report["warnings"])
    rows = [row for row in corrections_of(job) if row["member"] == TRAINED]
    assert {(row["finding"], row["about"], row["action"]) for row in rows} == {
        ("near_duplicate", copy, "") for copy in copies
    }


def test_a_changed_copy_under_another_label_is_named(tmp_path: Path) -> None:
    copy = f"dogs/train/{BLUE}/copy.jpg"
    members = split_dataset()

    job = Job(tmp_path).prepare({**members, copy: altered(members[TRAINED], ImageOps.mirror)})

    report = job.json("preparation/report.json")
    assert any("under two labels" in warning for warning in report["warnings"])
    assert [pair["same_class"] for pair in report["near_duplicates"]["pairs"]] == [False]


def test_different_pictures_are_no_copies(prepared: Job) -> None:
    report = prepared.json("preparation/report.json")

    assert report["near_duplicates"] == {"count": 0, "pairs": []}


def test_a_wrong_label_is_doubtful_with_the_right_one_suggested(tmp_path: Path) -> None:
    wrong = f"dogs/train/{BLUE}/wrong.jpg"
    members = {**split_dataset(train=20), wrong: picture(RED, 50)}

    job = Job(tmp_path).prepare(members)

    first = job.json("preparation/report.json")["doubtful_labels"][0]
    assert (first["member"], first["folder"], first["suggested"]) == (wrong, BLUE, RED)
    assert corrections_of(job)[0] | {"score": ""} == {
        "member": wrong,
        "split": "train",
        "class": BLUE,
        "finding": "doubtful_label",
        "about": RED,
        "score": "",
        "action": "",
        "to": RED,
    }


def test_what_the_vectors_cannot_tell_apart_is_not_called_doubtful() -> None:
    random = np.random.default_rng(1)
    vectors = random.normal(size=(200, 32)).astype(np.float32)

    suspicions = suspect_labels(vectors, random.integers(0, 10, 200))

    assert suspicions.agreement < 0.5
    assert suspicions.nearer_to_others() == []


def test_plain_pictures_alike_to_the_eye_need_the_network_s_word() -> None:
    blank = thumbnail(Image.linear_gradient("L"))
    alike, opposite = np.array([[1.0, 0.0], [0.9, 0.1]]), np.array([[1.0, 0.0], [0.1, 0.9]])

    assert len(near_duplicates(alike.astype(np.float32), np.stack([blank, blank]))) == 1
    assert near_duplicates(opposite.astype(np.float32), np.stack([blank, blank])) == []


def test_pictures_of_one_colour_are_like_none() -> None:
    grey = thumbnail(Image.new("RGB", (40, 40), (120, 120, 120)))

    assert near_duplicates(np.ones((3, 4), dtype=np.float32), np.stack([grey] * 3)) == []


def test_vectors_as_tiny_as_untrained_networks_make_them_have_length_one() -> None:
    tiny = np.full((2, 4), 1e-30, dtype=np.float32)

    assert np.allclose(np.linalg.norm(of_length_one(tiny), axis=1), 1)
