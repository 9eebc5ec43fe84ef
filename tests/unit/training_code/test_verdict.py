"""What the gate has said about a zip's entries is what the preparation works on."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.support.datasets import write_zip
from tests.support.verdicts import judged
from training_code.data.archive import DatasetArchive
from training_code.data.verdict import Entry, Layout, Verdict

WRAPPERS = ("", "pets/", "Downloads/pets 2/", "train/", "2024.test/")
CLASSES = ("cat", "016.Beagle", "017.Beagle", "2-door", "12.", "Köter", "val", "a.b", "cat ")
FILES = ("1.jpg", "a.b.JPEG", "x.jfif", "x.Tif", "y.webp", ".z.png", "sub/1.gif", "n.txt", "sub/x")
SPLITS = ("train/", "Train/", "valid/", "val/", "validation/", "test/", "TEST/")
RUBBISH = ("__MACOSX/pets/cat/1.jpg", ".git/cat/x.png", "Desktop.ini/a/1.jpg", "thumbs.db", "r.md")


def drawn_names(chance: random.Random) -> list[str]:
    """The names of a sound zip: some layout in some order, some rubbish, folders of their own."""
    wrapper = chance.choice(WRAPPERS)
    splits = ["train/", *chance.sample(SPLITS[2:], 2)] if chance.random() < 0.7 else [""]
    classes = chance.sample(CLASSES, chance.randint(2, 4))
    names = [f"{wrapper}{s}{c}/{f}" for s in splits for c in classes for f in ("", *FILES)]
    return chance.sample([*names, *chance.sample(RUBBISH, 2)], len(names) + 2)


def filled(names: list[str]) -> dict[str, bytes]:
    """Files of different contents; folders have none."""
    return {name: b"" if name.endswith("/") else name.encode() for name in names}


def told(path: Path) -> Layout:
    _, verdict = judged(path)
    assert verdict is not None
    return verdict.layout(DatasetArchive(path).names())


@pytest.mark.parametrize("seed", range(4))
def test_every_image_that_the_gate_counted_is_worked_on(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    paths = [
        write_zip(tmp_path / str(n) / "pets.zip", filled(drawn_names(chance))) for n in range(30)
    ]
    reports = [(path, report) for path in paths if (report := judged(path)[0]).accepted]

    layouts = [(told(path), report) for path, report in reports]

    assert len(layouts) > 5
    for layout, report in layouts:
        counted = {
            ("train" if split == "all" else split, folder): count
            for split, classes in report.class_counts.items()
            for folder, count in classes.items()
        }
        assert Counter((entry.split, entry.folder) for entry in layout.entries) == counted
        assert (layout.folders, layout.classes) == (report.folders, report.classes)
        assert set(layout.ignored) == set(report.ignored.entries)


def test_images_in_sub_folders_and_between_others_keep_their_class(tmp_path: Path) -> None:
    names = ["a/train/1.Cat/x/1.jpg", "a/train/2.Dog/1.jpg", "notes.txt", "a/train/1.Cat/2.png"]

    layout = told(write_zip(tmp_path / "zip" / "pets.zip", filled(names)))

    assert layout.entries == (
        Entry("a/train/1.Cat/x/1.jpg", "train", "1.Cat"),
        Entry("a/train/2.Dog/1.jpg", "train", "2.Dog"),
        Entry("a/train/1.Cat/2.png", "train", "1.Cat"),
    )
    assert layout.classes == ("Cat", "Dog")
    assert layout.ignored == ("notes.txt",)


def test_a_verdict_of_another_schema_is_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text(json.dumps({"schema": "kennel.dataset_verdict/2"}))

    with pytest.raises(ValueError, match=r"has schema 'kennel.dataset_verdict/2' instead of"):
        Verdict.read(tmp_path)
