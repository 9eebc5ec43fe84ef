"""The data set gate: says from an archive's directory alone whether Kennel can learn from it.

Knows no S3 and unpacks nothing. Layouts: `dataset_layout`; limits and their reasons:
`dataset_limits`. What only decoding can tell (corrupt images, equal images) is left to prepare.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from pipeline.gate.classes import judge_classes, labels_of
from pipeline.gate.directory import Archive, ArchiveDamaged, DirectoryLocation, locate_directory
from pipeline.gate.entries import broken_rules
from pipeline.gate.extents import Extents, compare_header
from pipeline.gate.layout import (
    IMAGE_SUFFIXES,
    DatasetLayout,
    LayoutUnclear,
    is_image,
    recognize_layout,
)
from pipeline.gate.limits import GateLimits
from pipeline.gate.names import FileNames
from pipeline.gate.records import Entry, read_entries
from pipeline.gate.report import (
    LISTED_IGNORED,
    DatasetReport,
    FindingList,
    IgnoredEntries,
    Totals,
    quoted,
)

ARCHIVE_SUFFIXES: Final = frozenset({"zip", "tar", "gz", "tgz", "bz2", "xz", "7z", "rar"})
DEFAULT_LIMITS: Final = GateLimits()


@dataclass
class _Survey:
    """What one pass over the entries gathers; folders rather than entries, so it stays small."""

    entries: int = 0
    compressed: int = 0
    uncompressed: int = 0
    ignored: int = 0
    listed: list[str] = field(default_factory=list)
    nested: str | None = None
    images: Counter[str] = field(default_factory=Counter)

    def add(self, entry: Entry) -> None:
        self.entries += 1
        self.compressed += entry.compressed
        self.uncompressed += entry.uncompressed
        if entry.is_folder:
            return
        if is_image(entry.name):
            self.images[entry.name.rpartition("/")[0]] += 1
        else:
            self._ignore(entry.name)

    def _ignore(self, name: str) -> None:
        self.ignored += 1
        if len(self.listed) < LISTED_IGNORED:
            self.listed.append(name)
        if self.nested is None and name.rpartition(".")[2].casefold() in ARCHIVE_SUFFIXES:
            self.nested = name


def inspect_dataset(
    archive: Archive, *, key: str, limits: GateLimits = DEFAULT_LIMITS
) -> DatasetReport:
    """Read the archive's directory and report what it holds and whether it may be used.

    Whatever is wrong with the archive is in the report; only a failing read raises.
    """
    inspection = _Inspection(archive, limits)
    inspection.run()
    return inspection.report(key)


class _Inspection:
    """One archive on its way through the gate, and what is known of it so far."""

    def __init__(self, archive: Archive, limits: GateLimits) -> None:
        self._archive = archive
        self._limits = limits
        self._findings = FindingList()
        self._survey = _Survey()
        self._layout: DatasetLayout | None = None
        self._digest: str | None = None

    def run(self) -> None:
        try:
            self._inspect_archive()
            self._inspect_layout()
        except (ArchiveDamaged, LayoutUnclear) as fault:
            self._findings.refuse(fault.rule, fault.message)

    def report(self, key: str) -> DatasetReport:
        survey, layout = self._survey, self._layout
        folders = layout.folders if layout else []
        return DatasetReport(
            key=key,
            accepted=not self._findings.refused,
            findings=self._findings.findings(),
            layout=layout.kind if layout else None,
            wrapper=layout.wrapper if layout else None,
            folders=tuple(folders),
            classes=labels_of(folders),
            class_counts=layout.class_counts if layout else {},
            totals=Totals(
                archive_bytes=self._archive.size,
                entries=survey.entries,
                compressed_bytes=survey.compressed,
                uncompressed_bytes=survey.uncompressed,
            ),
            ignored=IgnoredEntries(survey.ignored, tuple(survey.listed)),
            directory_digest=self._digest,
        )

    def _inspect_archive(self) -> None:
        location = locate_directory(self._archive)
        _require_readable(location, self._limits)
        directory = self._archive.read_at(location.offset, location.size)
        self._digest = hashlib.sha256(directory).hexdigest()
        extents = self._inspect_entries(directory, location)
        _judge_totals(self._survey, self._archive.size, self._limits, self._findings)
        if extents.judge(self._findings):
            for entry, end in extents.sample(self._limits.sampled_headers):
                compare_header(self._archive, entry, end, self._findings)

    def _inspect_entries(self, directory: bytes, location: DirectoryLocation) -> Extents:
        names, extents = FileNames(), Extents(directory, location.offset)
        for entry in read_entries(directory):
            if self._survey.entries == location.entries:
                raise _wrong_number(location.entries, "more")
            self._survey.add(entry)
            _require_few_folders(self._survey, self._limits)
            extents.add(entry)
            for rule, message in broken_rules(entry, self._limits):
                self._findings.refuse(rule, message, entry=entry.name)
            if not entry.is_folder:
                names.add(entry, self._findings)
        if self._survey.entries < location.entries:
            raise _wrong_number(location.entries, f"{self._survey.entries:,}")
        return extents

    def _inspect_layout(self) -> None:
        if not self._survey.images:
            raise _no_images(self._survey)
        self._layout = recognize_layout(self._survey.images)
        judge_classes(self._layout, self._limits, self._findings)


def _require_readable(location: DirectoryLocation, limits: GateLimits) -> None:
    """Refuse a directory that holds nothing, or too much to be read."""
    if location.entries == 0 and location.size == 0:
        raise ArchiveDamaged(
            "empty_archive", "The zip holds no files: put the class folders with images into it."
        )
    if location.entries > limits.max_entries:
        raise ArchiveDamaged(
            "too_many_entries",
            f"The zip has {location.entries:,} entries, more than the {limits.max_entries:,} "
            "allowed: upload fewer images.",
        )
    if location.size > limits.max_directory_bytes:
        raise ArchiveDamaged(
            "large_directory",
            f"The zip's directory has {location.size:,} bytes, more than the "
            f"{limits.max_directory_bytes:,} allowed: upload fewer images or use shorter paths.",
        )


def _require_few_folders(survey: _Survey, limits: GateLimits) -> None:
    if len(survey.images) > limits.max_folders:
        raise LayoutUnclear(
            "too_many_folders",
            f"The zip has images in more than {limits.max_folders:,} folders: put the images of "
            "each class into one folder.",
        )


def _wrong_number(announced: int, listed: str) -> ArchiveDamaged:
    return ArchiveDamaged(
        "directory_damaged",
        f"The archive announces {announced:,} entries but lists {listed}, so it is damaged: make "
        "the zip again and upload it.",
    )


def _judge_totals(
    survey: _Survey, archive_bytes: int, limits: GateLimits, findings: FindingList
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


def _no_images(survey: _Survey) -> LayoutUnclear:
    if survey.nested is not None:
        return LayoutUnclear(
            "nested_archive",
            f"The zip holds no images but the archive {quoted(survey.nested)}: unpack it and zip "
            "the images themselves.",
        )
    return LayoutUnclear(
        "no_images",
        f"The zip holds no images ({', '.join(sorted(IMAGE_SUFFIXES))}): put the class folders "
        "with images into it.",
    )
