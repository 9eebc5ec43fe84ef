"""The gate's verdict on the zip: by what it is known again, and what each of its entries is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training_code.data.archive import CheckedArchive

SCHEMA = "kennel.dataset_verdict/1"
FILE_NAME = "verdict.json"


@dataclass(frozen=True)
class Entry:
    """An image of the zip. What a zip without own split holds is all `train` at first."""

    member: str
    split: str
    folder: str  # the class folder


@dataclass(frozen=True)
class Layout:
    """The classes in the order of the labels, their images, and what else lies in the zip."""

    folders: tuple[str, ...]
    classes: tuple[str, ...]
    entries: tuple[Entry, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """Groups are (split, class folder); runs are (number of entries, number of their group)."""

    archive: CheckedArchive
    folders: tuple[str, ...]
    classes: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    runs: tuple[tuple[int, int | None], ...]

    @classmethod
    def read(cls, folder: Path) -> Verdict:
        document: dict[str, Any] = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        if document["schema"] != SCHEMA:
            raise ValueError(f"{FILE_NAME} has schema {document['schema']!r} instead of {SCHEMA!r}")
        return cls(
            archive=CheckedArchive(**document["archive"]),
            folders=tuple(document["folders"]),
            classes=tuple(document["classes"]),
            groups=tuple((group["split"], group["folder"]) for group in document["groups"]),
            runs=tuple((count, group) for count, group in document["runs"]),
        )

    def layout(self, names: Sequence[str]) -> Layout:
        """What the entries of these names are; `names` are all of the zip, in its order."""
        labelled = list(zip(names, self._group_of_each(), strict=True))
        return Layout(
            folders=self.folders,
            classes=self.classes,
            entries=tuple(Entry(name, *group) for name, group in labelled if group),
            ignored=tuple(name for name, group in labelled if not group and not name.endswith("/")),
        )

    def _group_of_each(self) -> Iterator[tuple[str, str] | None]:
        for count, group in self.runs:
            yield from [None if group is None else self.groups[group]] * count
