"""The drawn data set: the same bytes for a seed, a layout that the gate knows, dogs that differ."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cli.dogs.breeds import BREEDS
from cli.mistakes import Mistake
from cli.sample_dataset import Sample, draw, write_sample
from pipeline.gate.layout import recognise_layout
from tests.support.cli_service import Kennel

SMALL = Sample(breeds=2, images=12, size=48)


def written(path: Path, sample: Sample = SMALL) -> zipfile.ZipFile:
    list(write_sample(path, sample))
    return zipfile.ZipFile(path)


def test_the_same_seed_draws_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        written(tmp_path / name).close()

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_another_seed_draws_other_dogs() -> None:
    first, second = (draw(BREEDS[0], f"{seed}/train/1", 48) for seed in (1, 2))

    assert first != second


def test_every_member_is_an_image_of_the_wanted_size(tmp_path: Path) -> None:
    with written(tmp_path / "dogs.zip") as archive:
        images = [Image.open(BytesIO(archive.read(name))) for name in archive.namelist()]

        assert {image.format for image in images} == {"JPEG"}
        assert {max(image.size) for image in images} == {48}


def test_the_gate_recognises_the_splits_and_classes(tmp_path: Path) -> None:
    with written(tmp_path / "dogs.zip") as archive:
        folders = [name.rpartition("/")[0] for name in archive.namelist()]

    layout = recognise_layout({folder: folders.count(folder) for folder in folders})

    assert layout.kind == "split"
    assert layout.class_counts == {
        split: {"001.Beagle": 4, "002.Dachshund": 4} for split in ("train", "valid", "test")
    }


@pytest.mark.parametrize(("images", "held_out"), [(12, 4), (40, 4), (100, 10)])
def test_a_tenth_is_held_out_but_never_less_than_four(images: int, held_out: int) -> None:
    splits = Sample(images=images).splits()

    assert splits == {"train": images - 2 * held_out, "valid": held_out, "test": held_out}


def test_no_image_is_in_the_data_set_twice(tmp_path: Path) -> None:
    with written(tmp_path / "dogs.zip") as archive:
        contents = [archive.read(name) for name in archive.namelist()]

    assert len(set(contents)) == len(contents)


@pytest.mark.parametrize("breed", BREEDS, ids=lambda breed: breed.name)
def test_every_breed_can_be_drawn_in_both_poses(breed: Any) -> None:
    drawn = {draw(breed, str(lot), 40) for lot in range(6)}

    assert len(drawn) == 6


@pytest.mark.parametrize(
    ("option", "wrong"), [("breeds", 1), ("breeds", 99), ("images", 11), ("size", 8)]
)
def test_a_sample_out_of_range_names_its_option(option: str, wrong: int) -> None:
    with pytest.raises(Mistake, match=f"--{option} {wrong} is out of range"):
        Sample(**{option: wrong})


def test_nothing_half_written_stays_behind(tmp_path: Path) -> None:
    drawing = write_sample(tmp_path / "dogs.zip", SMALL)
    next(drawing)

    drawing.close()  # type: ignore[attr-defined] # it is a generator

    assert list(tmp_path.iterdir()) == []


def test_the_command_names_what_it_drew(kennel: Kennel, tmp_path: Path) -> None:
    result = kennel("sample-dataset", "dogs.zip", "--breeds=2", "--images=12", "--size=40")

    assert result.stdout == "dogs.zip: 24 images of Beagle, Dachshund\n"
    assert zipfile.is_zipfile(tmp_path / "dogs.zip")


def test_a_folder_that_does_not_exist_is_told(kennel: Kennel) -> None:
    result = kennel("sample-dataset", "nowhere/dogs.zip")

    assert result.stderr.startswith("kennel: nowhere is not a folder: make it first")
