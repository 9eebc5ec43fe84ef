"""Which image belongs to which split. Where the zip does not say it, the images' content does."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from training_code.data.archive import CheckedArchive

SCHEMA = "kennel.splits/1"
FILE_NAME = "splits.json"
SHARE = 0.1  # of valid and of test

Item = TypeVar("Item")


@dataclass(frozen=True)
class Sample:
    """One usable image of the zip."""

    member: str
    label: int


@dataclass(frozen=True)
class ObjectSample:
    """A sample that is also laid out as an object of its own, for the transform job."""

    member: str
    label: int
    object: str


@dataclass(frozen=True)
class Splits:
    """What training reads: the zip, classes in the order of the labels, and the samples."""

    archive: CheckedArchive
    classes: tuple[str, ...]
    folders: tuple[str, ...]
    train: tuple[Sample, ...]
    valid: tuple[Sample, ...]
    test: tuple[ObjectSample, ...]

    def write(self, folder: Path) -> None:
        document = {
            "schema": SCHEMA,
            "archive": vars(self.archive),
            "classes": self.classes,
            "folders": self.folders,
            "train": [vars(sample) for sample in self.train],
            "valid": [vars(sample) for sample in self.valid],
            "test": [vars(sample) for sample in self.test],
        }
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (folder / FILE_NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Splits:
        document: dict[str, Any] = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        if document["schema"] != SCHEMA:
            raise ValueError(f"{FILE_NAME} has schema {document['schema']!r} instead of {SCHEMA!r}")
        return cls(
            archive=CheckedArchive(**document["archive"]),
            classes=tuple(document["classes"]),
            folders=tuple(document["folders"]),
            train=tuple(Sample(**row) for row in document["train"]),
            valid=tuple(Sample(**row) for row in document["valid"]),
            test=tuple(ObjectSample(**row) for row in document["test"]),
        )


def carve(images: Iterable[tuple[str, str, Item]], missing: Sequence[str]) -> dict[str, list[Item]]:
    """Take the missing splits out of train: 10 % of each class each, at least one image.

    Images are (class, sha256 of content, item). In each class they stand in the order of their
    digests, test takes from the front, valid what follows. So an image's place depends on content
    alone: not on names, order or chance. When a class grows, only images at a border move, to the
    neighbouring split, never from test to train.
    """
    classes: defaultdict[str, list[tuple[str, Item]]] = defaultdict(list)
    for folder, digest, item in images:
        classes[folder].append((digest, item))
    splits: dict[str, list[Item]] = {"train": [], **{name: [] for name in missing}}
    for _, members in sorted(classes.items()):
        members.sort(key=lambda member: member[0])
        each = _held_out(len(members), len(missing))
        for name in sorted(missing):  # test before valid
            splits[name] += [item for _, item in members[:each]]
            members = members[each:]
        splits["train"] += [item for _, item in members]
    return splits


def _held_out(images: int, splits: int) -> int:
    """How many images of a class go to each carved split; train keeps at least one."""
    if images <= splits:
        return 0
    return max(1, round(images * SHARE))
