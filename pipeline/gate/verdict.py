"""What the preparation is told of an accepted zip: it works by this, and judges no name itself."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pipeline.gate.corrections import CorrectedLayout
from pipeline.gate.layout import WHOLE, Group

SCHEMA: Final = "kennel.dataset_verdict/1"
NO_IMAGE: Final = 0xFFFF


class EntryFolders:
    """The folder of each entry that is an image, in the directory's order: two bytes an entry."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._of_entries = array("H")

    def add(self, folder: str | None) -> None:
        """The next entry lies there; None if it is no image."""
        known = self._numbers
        number = NO_IMAGE if folder is None else known.setdefault(folder, len(known))
        self._of_entries.append(number)

    def __iter__(self) -> Iterator[str | None]:
        folders = list(self._numbers)
        return (None if n == NO_IMAGE else folders[n] for n in self._of_entries)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """By what a zip is known again, and what each of its entries is.

    `runs` are lengths of runs of entries in the directory's order, each with the number of the
    group that its entries belong to, or None: they are no images of the data set.
    """

    archive_bytes: int
    directory_offset: int
    directory_digest: str  # SHA-256 in hex of all that lies from there on
    layout: str
    wrapper: str
    folders: Sequence[str]
    classes: Sequence[str]
    groups: Sequence[Group]
    runs: Sequence[tuple[int, int | None]]

    def as_json(self, *, key: str, version: str | None, etag: str) -> dict[str, object]:
        """The verdict on the upload of that key, version and etag, as `json.dumps` takes it."""
        return {
            "schema": SCHEMA,
            "archive": {
                "key": key,
                "version": version,
                "etag": etag,
                "bytes": self.archive_bytes,
                "directory_offset": self.directory_offset,
                "directory_digest": self.directory_digest,
            },
            "layout": self.layout,
            "wrapper": self.wrapper,
            "folders": self.folders,
            "classes": self.classes,
            "groups": [_told(group) for group in self.groups],
            "runs": self.runs,
        }


def runs_of(
    entries: EntryFolders, corrected: CorrectedLayout
) -> tuple[list[Group], list[tuple[int, int | None]]]:
    """The groups of a layout, and the runs of entries that belong to each."""
    of_folders = corrected.layout.groups
    of_entries = [
        corrected.changes.get(position, of_folders[folder] if folder is not None else None)
        for position, folder in enumerate(entries)
    ]
    groups = sorted({*of_folders.values(), *filter(None, of_entries)})
    numbers = {group: number for number, group in enumerate(groups)}
    runs = [
        (len(list(run)), numbers[group] if group else None) for group, run in groupby(of_entries)
    ]
    return groups, runs


def _told(group: Group) -> dict[str, str]:
    """What has no split is all train at first: the preparation takes the others out of it."""
    return {"split": "train" if group.split == WHOLE else group.split, "folder": group.folder}
