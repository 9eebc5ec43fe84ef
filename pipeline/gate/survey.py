"""What one pass over an archive's entries gathers, and the rules for all of them together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from pipeline.gate.corrections import Corrections, MetImage
from pipeline.gate.hidden import hidden_folder
from pipeline.gate.layout import IMAGE_SUFFIXES, LayoutUnclear, is_image
from pipeline.gate.limits import GateLimits
from pipeline.gate.records import Entry
from pipeline.gate.report import LISTED_IGNORED, LONGEST_LISTED, FindingList
from pipeline.gate.verdict import EntryFolders
from pipeline.quoting import quoted, shown

MOST_HIDDEN: Final = 100  # folders that are remembered
ARCHIVE_SUFFIXES: Final = frozenset({"zip", "tar", "gz", "tgz", "bz2", "xz", "7z", "rar"})


@dataclass
class Survey:
    """Folders rather than entries are remembered, so it stays small."""

    entries: int = 0
    compressed: int = 0
    uncompressed: int = 0
    ignored: int = 0
    listed: list[str] = field(default_factory=list)
    nested: str | None = None
    images: Counter[str] = field(default_factory=Counter)  # by folder, without empty ones
    empty: int = 0
    first_empty: str = ""
    hidden: Counter[str] = field(default_factory=Counter)  # images by hidden folder
    folders: EntryFolders = field(default_factory=EntryFolders)
    corrections: Corrections = field(default_factory=Corrections)
    corrected: dict[int, MetImage] = field(default_factory=dict)  # by position in the directory

    def add(self, entry: Entry) -> None:
        position = self.entries
        self.entries += 1
        self.compressed += entry.compressed
        self.uncompressed += entry.uncompressed
        folder = None
        if is_image(entry.name):
            folder = entry.name.rpartition("/")[0]
            self._count_image(entry, folder)
            if entry.name in self.corrections:
                met = MetImage(entry.name, folder, counts=bool(entry.uncompressed))
                self.corrected[position] = met
        elif not entry.is_folder:
            self._ignore(entry.name)
        self.folders.add(folder)

    def _count_image(self, entry: Entry, folder: str) -> None:
        """An empty one has its place in the data set, but nothing can be learned from it."""
        self.images[folder] += bool(entry.uncompressed)
        if not entry.uncompressed:
            self.empty += 1
            self.first_empty = self.first_empty or entry.name

    def _ignore(self, name: str) -> None:
        self.ignored += 1
        concealed = hidden_folder(name)
        if concealed is not None and (concealed in self.hidden or len(self.hidden) < MOST_HIDDEN):
            self.hidden[concealed] += 1
        if len(self.listed) < LISTED_IGNORED:
            self.listed.append(shown(name, LONGEST_LISTED))
        if self.nested is None and name.rpartition(".")[2].casefold() in ARCHIVE_SUFFIXES:
            self.nested = name


def require_few_folders(survey: Survey, limits: GateLimits) -> None:
    if len(survey.images) > limits.max_folders:
        raise LayoutUnclear(
            "too_many_folders",
            f"The zip has images in more than {limits.max_folders:,} folders: put the images of "
            "each class into one folder.",
        )


def judge_empty(survey: Survey, findings: FindingList) -> None:
    if survey.empty:
        findings.warn(
            "empty_images",
            f"{survey.empty:,} image{' is an empty file' if survey.empty == 1 else 's are empty'}, "
            f"the first of them {quoted(survey.first_empty)}: nothing is learned from "
            f"{'it' if survey.empty == 1 else 'them'}; copy the images again or remove them.",
        )


def judge_totals(
    survey: Survey, archive_bytes: int, limits: GateLimits, findings: FindingList
) -> None:
    total = survey.uncompressed
    if total > limits.max_uncompressed_bytes:
        findings.refuse(
            "large_archive",
            f"The zip unpacks to {total:,} bytes, more than the {limits.max_uncompressed_bytes:,} "
            "allowed: scale the images down or upload fewer.",
        )
    ratio = total / archive_bytes
    if total > limits.min_bytes_for_archive_ratio and ratio > limits.max_archive_ratio:
        findings.refuse(
            "implausible_ratio",
            f"The zip unpacks to {ratio:,.0f} times its size, more than the "
            f"{limits.max_archive_ratio} allowed, as only a zip bomb does: upload ordinary images.",
        )


def no_images(survey: Survey) -> LayoutUnclear:
    if survey.nested is not None:
        return LayoutUnclear(
            "nested_archive",
            f"The zip holds no images but the archive {quoted(survey.nested)}: unpack it and zip "
            "the images themselves.",
        )
    if survey.hidden:
        folder, count = next(iter(survey.hidden.items()))
        return LayoutUnclear(
            "no_images",
            f"The zip holds no images but {count:,} in the folder {quoted(folder)}, which is "
            "hidden, as its name begins with a dot: rename it.",
        )
    return LayoutUnclear(
        "no_images",
        f"The zip holds no images ({', '.join(sorted(IMAGE_SUFFIXES))}): put the class folders "
        "with images into it.",
    )
