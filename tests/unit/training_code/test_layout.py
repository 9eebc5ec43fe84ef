"""Layouts, judged by names."""

from __future__ import annotations

import pytest

from training_code.errors import InputError
from training_code.layout import Entry, class_names, recognise


@pytest.mark.parametrize("wrapper", ["", "dogImages/", "a/b/"])
@pytest.mark.parametrize("valid", ["valid", "val", "validation", "Valid"])
def test_splits_are_found_in_any_wrapper(wrapper: str, valid: str) -> None:
    names = [
        f"{wrapper}{split}/{folder}/1.jpg"
        for split in ("train", valid, "test")
        for folder in ("B", "A")
    ]

    layout = recognise(names)

    assert layout.folders == ("A", "B")
    assert {entry.split for entry in layout.entries} == {"train", "valid", "test"}


@pytest.mark.parametrize("wrapper", ["", "dogs/", "x/dogs/"])
def test_class_folders_alone_are_all_train_at_first(wrapper: str) -> None:
    layout = recognise([f"{wrapper}Beagle/1.jpg", f"{wrapper}Poodle/sub/2.png"])

    assert layout.entries == (
        Entry(f"{wrapper}Beagle/1.jpg", "train", "Beagle"),
        Entry(f"{wrapper}Poodle/sub/2.png", "train", "Poodle"),
    )


def test_what_systems_leave_behind_and_what_is_no_image_is_ignored_and_listed() -> None:
    junk = ["__MACOSX/A/._1.jpg", "A/.hidden.jpg", "A/Thumbs.db", "A/notes.txt", "readme.jpg"]

    layout = recognise(["A/", "A/1.JPEG", "B/1.jpg", *junk])

    assert layout.ignored == tuple(sorted(junk))
    assert len(layout.entries) == 2


@pytest.mark.parametrize("names", [[], ["A/1.jpg"], ["1.jpg", "2.jpg"], ["train/A/1.jpg"]])
def test_fewer_than_two_classes_are_refused(names: list[str]) -> None:
    with pytest.raises(InputError, match="it needs two or more"):
        recognise(names)


def test_labels_lose_their_numbers_unless_two_classes_would_become_one() -> None:
    assert class_names(["001.Affenpinscher", "016.Beagle"]) == ("Affenpinscher", "Beagle")
    assert class_names(["1.Beagle", "2.Beagle"]) == ("1.Beagle", "2.Beagle")
    assert class_names(["101", "102"]) == ("101", "102")
