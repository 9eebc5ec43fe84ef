"""The data set gate: says from an archive's directory alone whether Kennel can learn from it.

Knows no S3 and unpacks nothing. Layouts: `layout`; limits and their reasons: `limits`. What only
decoding can tell (corrupt images, equal images) is left to the preparation.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from pipeline.gate.classes import judge_classes
from pipeline.gate.corrections import CorrectedLayout, Corrections, corrected
from pipeline.gate.directory import Archive, ArchiveDamaged, DirectoryLocation, locate_directory
from pipeline.gate.entries import broken_rules
from pipeline.gate.extents import Extents, compare_header
from pipeline.gate.hidden import judge_hidden
from pipeline.gate.labels import labels_of
from pipeline.gate.layout import LayoutUnclear, recognise_layout
from pipeline.gate.limits import GateLimits
from pipeline.gate.names import FileNames
from pipeline.gate.records import read_entries
from pipeline.gate.report import DatasetReport, FindingList, IgnoredEntries, Totals
from pipeline.gate.survey import Survey, judge_empty, judge_totals, no_images, require_few_folders
from pipeline.gate.verdict import Verdict, runs_of

DEFAULT_LIMITS: Final = GateLimits()
NO_CORRECTIONS: Final = Corrections()


@dataclass(frozen=True)
class Judgement:
    """What people are told of an archive, and what the preparation is told if it is accepted."""

    report: DatasetReport
    verdict: Verdict | None


def inspect_dataset(
    archive: Archive,
    *,
    key: str,
    corrections: Corrections = NO_CORRECTIONS,
    limits: GateLimits = DEFAULT_LIMITS,
) -> Judgement:
    """Read the archive's directory and judge what it holds and whether it may be used.

    Whatever is wrong with the archive is in the report; only a failing read raises.
    """
    inspection = _Inspection(archive, corrections, limits)
    inspection.run()
    return Judgement(inspection.report(key), inspection.verdict())


class _Inspection:
    """One archive on its way through the gate, and what is known of it so far."""

    def __init__(self, archive: Archive, corrections: Corrections, limits: GateLimits) -> None:
        self._archive = archive
        self._limits = limits
        self._findings = FindingList()
        self._survey = Survey(corrections=corrections)
        self._corrected: CorrectedLayout | None = None
        self._directory_offset = 0
        self._digest: str | None = None

    def run(self) -> None:
        try:
            self._inspect_archive()
            # Folders whose names are that long would be in the report, several times over.
            if not self._findings.has("long_path"):
                self._inspect_layout()
        except (ArchiveDamaged, LayoutUnclear) as fault:
            self._findings.refuse(fault.rule, fault.message)

    def report(self, key: str) -> DatasetReport:
        survey = self._survey
        layout = self._corrected.layout if self._corrected else None
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

    def verdict(self) -> Verdict | None:
        if self._findings.refused or self._corrected is None or self._digest is None:
            return None
        layout = self._corrected.layout
        groups, runs = runs_of(self._survey.folders, self._corrected)
        return Verdict(
            archive_bytes=self._archive.size,
            directory_offset=self._directory_offset,
            directory_digest=self._digest,
            layout=layout.kind,
            wrapper=layout.wrapper,
            folders=layout.folders,
            classes=labels_of(layout.folders),
            groups=groups,
            runs=runs,
        )

    def _inspect_archive(self) -> None:
        _require_moderate(self._archive, self._limits)
        location = locate_directory(self._archive)
        _require_readable(location, self._limits)
        self._directory_offset = location.offset
        directory = self._archive.read_at(location.offset, location.size)
        digest = hashlib.sha256(directory)
        end = location.offset + location.size
        digest.update(self._archive.read_at(end, self._archive.size - end))
        self._digest = digest.hexdigest()
        extents = self._inspect_entries(directory, location)
        judge_empty(self._survey, self._findings)
        judge_totals(self._survey, self._archive.size, self._limits, self._findings)
        if extents.judge(self._findings):
            for entry, end in extents.sample(self._limits.sampled_headers):
                compare_header(self._archive, entry, end, self._findings)

    def _inspect_entries(self, directory: bytes, location: DirectoryLocation) -> Extents:
        names, extents = FileNames(), Extents(directory, location.offset)
        for entry in read_entries(directory):
            if self._survey.entries == location.entries:
                raise _wrong_number(location.entries, "more")
            self._survey.add(entry)
            require_few_folders(self._survey, self._limits)
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
            raise no_images(self._survey)
        survey, findings = self._survey, self._findings
        found = recognise_layout(survey.images)
        self._corrected = corrected(found, survey.corrections, survey.corrected, findings)
        judge_hidden(survey.hidden, found, findings)
        judge_classes(self._corrected.layout, self._limits, findings)


def _require_moderate(archive: Archive, limits: GateLimits) -> None:
    if archive.size > limits.max_archive_bytes:
        raise ArchiveDamaged(
            "large_archive",
            f"The zip has {archive.size:,} bytes, more than the {limits.max_archive_bytes:,} "
            "allowed: scale the images down or upload fewer.",
        )


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


def _wrong_number(announced: int, listed: str) -> ArchiveDamaged:
    return ArchiveDamaged(
        "directory_damaged",
        f"The archive announces {announced:,} entries but lists {listed}, so it is damaged: make "
        "the zip again and upload it.",
    )
