"""A small data set of cartoon dogs as a zip: class folders per split, the same bytes for a seed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from cli.dogs.breeds import BREEDS, Breed
from cli.mistakes import Mistake

ROOT = "cartoonDogs"
SPLITS = ("train", "valid", "test")
HELD_OUT = 4  # at least so many images of each breed in valid, and in test
# A zip stores a time with every entry: any fixed one keeps the bytes the same.
LONG_AGO = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """How many breeds and images of each are drawn, how large, and by which lot."""

    breeds: int = 5
    images: int = 40
    size: int = 256
    seed: int = 1

    def __post_init__(self) -> None:
        _within("--breeds", self.breeds, 2, len(BREEDS))
        _within("--images", self.images, 3 * HELD_OUT, 5000)
        _within("--size", self.size, 32, 2048)

    def drawn(self) -> tuple[Breed, ...]:
        return BREEDS[: self.breeds]

    def splits(self) -> dict[str, int]:
        """Images of each breed per split: 80:10:10, unless that holds out too few."""
        held_out = max(HELD_OUT, round(self.images / 10))
        return dict(zip(SPLITS, (self.images - 2 * held_out, held_out, held_out), strict=True))


def write_sample(target: Path, sample: Sample) -> Iterator[str]:
    """Draws the zip, yielding each member's name when it is in; complete or not there at all."""
    if not target.parent.is_dir():
        raise Mistake(f"{target.parent} is not a folder: make it first, or name another zip.")
    unfinished = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
            for name, breed, lot in _members(sample):
                archive.writestr(_entry(name), draw(breed, lot, sample.size))
                yield name
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def draw(breed: Breed, lot: str, size: int) -> bytes:
    """One JPEG: the same lot draws the same dog."""
    from cli.dogs.picture import draw_picture, jpeg

    return jpeg(draw_picture(breed, Random(f"{breed.name}/{lot}"), size))  # noqa: S311


def _members(sample: Sample) -> Iterator[tuple[str, Breed, str]]:
    for split, count in sample.splits().items():
        for number, breed in enumerate(sample.drawn(), start=1):
            folder = f"{ROOT}/{split}/{number:03d}.{breed.name}"
            for image in range(1, count + 1):
                lot = f"{sample.seed}/{split}/{image}"
                yield f"{folder}/{breed.name}_{split}_{image:05d}.jpg", breed, lot


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.external_attr = 0o644 << 16
    return entry


def _within(option: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Mistake(f"{option} {value} is out of range: choose a number from {least} to {most}.")
