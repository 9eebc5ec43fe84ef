"""What a demo feeds to Kennel: a data set, and images of each of its classes to predict."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from cli.mistakes import Mistake
from cli.sample_dataset import Sample, draw, write_sample
from pipeline.gate.labels import labels_of
from pipeline.gate.layout import is_image

# Chosen so that the whole demo ends within four minutes on two cores, without the network: of the
# small backbones, MobileNetV2 tells drawn dogs apart best by features that nobody has trained.
DRAWN_IMAGES = 80  # of each breed
DRAWN_SETTINGS: dict[str, Any] = {
    "backbone": "mobilenet_v2",
    "weights": "none",
    "views": 3,
    "tuning_jobs": 4,
    "tuning_epochs": 15,
    "epochs": 8,
}
# Photos need a pretrained backbone: from --weights, or what torchvision can download.
GIVEN_SETTINGS: dict[str, Any] = {
    "backbone": "mobilenet_v2",
    "views": 4,
    "tuning_jobs": 10,
    "tuning_epochs": 30,
    "epochs": 10,
}
MOST_GIVEN = 12
FRESH_OF_EACH = 2
FRESH_LOT = "fresh"  # no split is called so: these dogs are in no data set
NOT_AN_IMAGE = b"This is a text file that only calls itself a photograph.\n"


@dataclass(frozen=True)
class DemoImage:
    """A file to drop; without an expected label it is one of the broken ones."""

    path: Path
    expected: str | None


@dataclass(frozen=True, kw_only=True)
class DemoDataset:
    zip: Path
    settings: dict[str, Any] = field(default_factory=dict)

    def with_settings(self, settings: dict[str, Any]) -> DemoDataset:
        return replace(self, settings=settings)


def drawn_zip(folder: Path, sample: Sample) -> Path:
    target = folder / "cartoon-dogs.zip"
    for _ in write_sample(target, sample):
        pass
    return target


def drawn_images(folder: Path, sample: Sample) -> list[DemoImage]:
    """Freshly drawn dogs of every breed, and the broken ones."""
    images = []
    for breed in sample.drawn():
        for number in range(1, FRESH_OF_EACH + 1):
            drawn = draw(breed, f"{sample.seed}/{FRESH_LOT}/{number}", sample.size)
            path = folder / f"{breed.name.lower()}-{number}.jpg"
            images.append(_written(path, drawn, breed.name))
    return [*images, *_broken_images(folder, images[0].path)]


def given_images(folder: Path, archive_path: Path) -> list[DemoImage]:
    """A few images of the zip, of as many classes as possible, and the broken ones."""
    with zipfile.ZipFile(archive_path) as archive:
        chosen = _chosen(archive.namelist())
        images = [
            _written(
                folder / f"{number:02d}-{PurePosixPath(member).name}", archive.read(member), label
            )
            for number, (member, label) in enumerate(chosen, start=1)
        ]
    return [*images, *_broken_images(folder, images[0].path)]


def _broken_images(folder: Path, whole: Path) -> list[DemoImage]:
    body = whole.read_bytes()
    return [
        _written(folder / "not-an-image.jpg", NOT_AN_IMAGE, None),
        _written(folder / "truncated.jpg", body[: len(body) // 10], None),
    ]


def weights_file(folder: Path, backbone: str) -> Path:
    path = folder / f"{backbone}.pth"
    if not path.is_file():
        there = ", ".join(sorted(file.stem for file in folder.glob("*.pth"))) or "none"
        raise Mistake(f"{path} does not exist: choose a --backbone with weights there ({there}).")
    return path


def _chosen(members: Sequence[str]) -> list[tuple[str, str]]:
    """Member and label, at most one of a class before any gets a second one."""
    images = [member for member in members if is_image(member)]
    held_out = [member for member in images if "test" in _folders(member)] or images
    by_class: dict[str, list[str]] = {}
    for member in held_out:
        by_class.setdefault(_class_folder(member), []).append(member)
    if not by_class:
        raise Mistake("The zip holds no image: zip a folder with one folder of images per class.")
    folders = sorted(by_class)
    labels = dict(zip(folders, labels_of(folders), strict=True))
    rounds = [(place, folder) for place in range(MOST_GIVEN) for folder in _spread(folders)]
    fitting = [(place, folder) for place, folder in rounds if place < len(by_class[folder])]
    return [(by_class[folder][place], labels[folder]) for place, folder in fitting[:MOST_GIVEN]]


def _spread(folders: Sequence[str]) -> list[str]:
    """At most as many as are shown, from all over the alphabet."""
    step = max(1, len(folders) // MOST_GIVEN)
    return list(folders[::step])


def _folders(member: str) -> tuple[str, ...]:
    return PurePosixPath(member.lower()).parts[:-1]


def _class_folder(member: str) -> str:
    parts = PurePosixPath(member).parts
    lowered = [part.lower() for part in parts]
    after_split = lowered.index("test") + 1 if "test" in lowered[:-2] else len(parts) - 2
    return parts[after_split]


def _written(path: Path, body: bytes, expected: str | None) -> DemoImage:
    path.write_bytes(body)
    return DemoImage(path, expected)
