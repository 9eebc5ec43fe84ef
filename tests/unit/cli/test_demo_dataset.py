"""What a demo feeds in: drawn or given images of every class, and two broken ones."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from cli.demo_dataset import (
    DRAWN_SETTINGS,
    GIVEN_SETTINGS,
    drawn_images,
    drawn_zip,
    given_images,
    weights_file,
)
from cli.mistakes import Mistake
from cli.sample_dataset import Sample
from cli.upload import checked_settings
from inference_code.photos import UnreadableImage, read_photo

SMALL = Sample(breeds=2, images=12, size=48)


def archive_with(path: Path, *members: str) -> Path:
    """A zip whose members hold their own name."""
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, member)
    return path


def test_fresh_dogs_are_in_no_split_of_the_data_set(tmp_path: Path) -> None:
    with zipfile.ZipFile(drawn_zip(tmp_path, SMALL)) as archive:
        known = {archive.read(name) for name in archive.namelist()}

    fresh = [image for image in drawn_images(tmp_path, SMALL) if image.expected]

    assert [image.expected for image in fresh] == ["Beagle"] * 2 + ["Dachshund"] * 2
    assert not known & {image.path.read_bytes() for image in fresh}


def test_the_broken_ones_cannot_be_decoded(tmp_path: Path) -> None:
    broken = [image for image in drawn_images(tmp_path, SMALL) if image.expected is None]

    assert [image.path.name for image in broken] == ["not-an-image.jpg", "truncated.jpg"]
    for image in broken:
        with pytest.raises(UnreadableImage, match=r"is not an image|ends early"):
            read_photo(image.path.read_bytes())


def test_a_given_zip_shows_its_test_images_with_their_labels(tmp_path: Path) -> None:
    members = [
        f"dogs/{split}/00{n}.B{n}/{split}.jpg" for split in ("train", "test") for n in (1, 2)
    ]
    path = archive_with(tmp_path / "dogs.zip", *members, "__MACOSX/dogs/test/001.B1/._test.jpg")

    images = given_images(tmp_path, path)[:-2]

    assert [image.expected for image in images] == ["B1", "B2"]
    assert [image.path.read_text() for image in images] == [members[2], members[3]]


def test_a_given_zip_without_splits_shows_some_of_its_images(tmp_path: Path) -> None:
    path = archive_with(tmp_path / "cats.zip", "cats/tabby/1.jpg", "cats/tiger/2.jpg")

    images = given_images(tmp_path, path)[:-2]

    assert [image.expected for image in images] == ["tabby", "tiger"]


def test_of_many_classes_a_dozen_from_all_over_is_shown(tmp_path: Path) -> None:
    members = [f"d/test/{n:03d}.B{n:03d}/{i}.jpg" for n in range(1, 34) for i in range(3)]

    images = given_images(tmp_path, archive_with(tmp_path / "dogs.zip", *members))[:-2]

    labels = [image.expected for image in images]
    assert len(labels) == len(set(labels)) == 12
    assert max(str(label) for label in labels) > "B020"


def test_a_zip_without_images_is_told(tmp_path: Path) -> None:
    path = archive_with(tmp_path / "notes.zip", "notes/readme.txt")

    with pytest.raises(Mistake, match="The zip holds no image"):
        given_images(tmp_path, path)


def test_weights_that_are_not_there_name_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "resnet18.pth").touch()

    with pytest.raises(Mistake, match=r"choose a --backbone with weights there \(resnet18\)"):
        weights_file(tmp_path, "mobilenet_v2")


@pytest.mark.parametrize("settings", [DRAWN_SETTINGS, GIVEN_SETTINGS])
def test_the_demos_own_settings_pass_the_pipelines_rules(settings: dict[str, object]) -> None:
    assert checked_settings(settings, "the demo") == settings
