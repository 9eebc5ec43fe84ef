"""What a person should hear of the images of a zip that are not used. Decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from training_code.data.examination import Duplicate, Findings
from training_code.data.verdict import Entry, Layout

MOST_NAMED = 5
LONGEST_NAME = 150


@dataclass(frozen=True)
class LeftOut:
    """The sentences about a zip's unusable, repeated and contradictory images."""

    layout: Layout
    findings: Findings

    def warnings(self) -> list[str]:
        return [*self._unusable(), *self._half_lost(), *self._contradictions(), *self._copies()]

    def of(self, folder: str, split: str) -> str:
        """Why a class has no image in a split, and what to do about it."""
        label = self._label(folder)
        mine = {entry for entry in self.layout.entries if entry.folder == folder}
        if any(entry.split == split for entry in self.layout.entries):
            mine = {entry for entry in mine if entry.split == split}
        unusable = [(e, r.message) for e, r in self.findings.corrupt if e in mine]
        copies = [(d.entry, f"a copy of {named(d.same_as)}") for d in self.findings.duplicates]
        left_out = unusable + [(entry, why) for entry, why in copies if entry in mine]
        first = f", the first being {named(left_out[0][0])}: {left_out[0][1]}" if left_out else ""
        return (
            f"no image of the class {label} is left for {split}: of its {len(mine):,} images there "
            f"{len(left_out):,} cannot be used{first}. Add sound images of the class, or remove it"
        )

    def _unusable(self) -> Iterator[str]:
        if self.findings.corrupt:
            entry, reason = self.findings.corrupt[0]
            yield (
                f"{len(self.findings.corrupt):,} of {len(self.layout.entries):,} images cannot be "
                f"used and were left out, the first being {named(entry)}: {reason.message}. "
                "All are named in preparation/report.json."
            )

    def _half_lost(self) -> Iterator[str]:
        lost = Counter(entry.folder for entry, _ in self.findings.corrupt)
        given = Counter(entry.folder for entry in self.layout.entries)
        for folder, count in lost.most_common():
            if 2 * count >= given[folder]:
                yield (
                    f"The class {self._label(folder)} has lost {count:,} of its {given[folder]:,} "
                    "images so: it will be recognised worse."
                )

    def _contradictions(self) -> Iterator[str]:
        conflicts = [copy for copy in self.findings.duplicates if is_conflict(copy)]
        for copy in conflicts[:MOST_NAMED]:
            labels = [self._label(entry.folder) for entry in (copy.same_as, copy.entry)]
            yield (
                f"{named(copy.same_as)} and {named(copy.entry)} are the same picture under two "
                f"labels, {labels[0]} and {labels[1]}, which contradict each other: the first is "
                "used; remove the wrong one."
            )
        if len(conflicts) > MOST_NAMED:
            yield f"{len(conflicts) - MOST_NAMED:,} more pictures lie under two labels."

    def _copies(self) -> Iterator[str]:
        copies = [copy for copy in self.findings.duplicates if not is_conflict(copy)]
        if copies:
            yield (
                f"Copies of other images were left out: {len(copies):,}, the first being "
                f"{named(copies[0].entry)}, the same as {named(copies[0].same_as)}."
            )

    def _label(self, folder: str) -> str:
        return self.layout.classes[self.layout.folders.index(folder)]


def is_conflict(duplicate: Duplicate) -> bool:
    """The same picture under two class folders: one of them is wrong."""
    return duplicate.entry.folder != duplicate.same_as.folder


def named(entry: Entry) -> str:
    """A path within the zip, which may have a thousand bytes."""
    if len(entry.member) <= LONGEST_NAME:
        return entry.member
    return f"{entry.member[: LONGEST_NAME // 2]}…{entry.member[1 - LONGEST_NAME // 2 :]}"
