"""The data set report: what the gate found in an archive, as `dataset_report.json` holds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Final, Literal

from pipeline.quoting import shown

SCHEMA: Final = "kennel.dataset_report/1"

Severity = Literal["refused", "warning"]
Layout = Literal["split", "classes"]

# An archive with 100,000 wrong entries gets a report that a person can read.
FINDINGS_PER_RULE: Final = 5
LISTED_IGNORED: Final = 50
LONGEST_LISTED: Final = 255  # as long as a name may be
STATED_REFUSALS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One broken rule: the message names the thing, the rule and the mend."""

    rule: str
    severity: Severity
    entry: str | None
    message: str


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Sizes of the archive; entries and bytes as its directory declares them."""

    archive_bytes: int
    entries: int = 0
    compressed_bytes: int = 0
    uncompressed_bytes: int = 0


@dataclass(frozen=True)
class IgnoredEntries:
    """Entries that are no part of the data set: how many, and the first of them by name."""

    count: int = 0
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DatasetReport:
    """What the gate has found in one archive.

    `folders` are the class folders in order, `classes` their labels, `class_counts` the images by
    split ("train", "valid", "test", or "all" without a split) and class folder.
    """

    key: str
    accepted: bool
    findings: tuple[Finding, ...]
    layout: Layout | None
    wrapper: str | None
    folders: tuple[str, ...]
    classes: tuple[str, ...]
    class_counts: Mapping[str, Mapping[str, int]]
    totals: Totals
    ignored: IgnoredEntries
    directory_digest: str | None
    schema: str = SCHEMA

    @property
    def counts(self) -> dict[str, int]:
        """Number of images by split."""
        return {split: sum(classes.values()) for split, classes in self.class_counts.items()}

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The findings that keep the archive out; none when it is accepted."""
        return tuple(found for found in self.findings if found.severity == "refused")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that its owner should know of."""
        return tuple(found for found in self.findings if found.severity == "warning")

    @property
    def reason(self) -> str:
        """The first refusals, each of another rule, in one text; empty when accepted."""
        first_by_rule = {found.rule: found.message for found in reversed(self.refusals)}
        stated = list(reversed(first_by_rule.values()))[:STATED_REFUSALS]
        further = len(self.refusals) - len(stated)
        note = [f"`kennel runs report` lists {further} further findings."] if further else []
        return " ".join([*stated, *note])

    def as_json(self) -> dict[str, object]:
        """The report as `json.dumps` takes it."""
        return {"schema": self.schema, **asdict(self), "counts": self.counts}


def refused_report(key: str, archive_bytes: int, *, rule: str, message: str) -> DatasetReport:
    """The report on an archive whose entries were not looked at: something before it was wrong."""
    finding = Finding(rule=rule, severity="refused", entry=None, message=message)
    return DatasetReport(
        key=key,
        accepted=False,
        findings=(finding,),
        layout=None,
        wrapper=None,
        folders=(),
        classes=(),
        class_counts={},
        totals=Totals(archive_bytes=archive_bytes),
        ignored=IgnoredEntries(),
        directory_digest=None,
    )


@dataclass
class FindingList:
    """Collects findings; of each rule the first few by name, the others as a number."""

    _findings: list[Finding] = field(default_factory=list)
    _count: Counter[tuple[str, Severity]] = field(default_factory=Counter)

    def refuse(self, rule: str, message: str, *, entry: str | None = None) -> None:
        self._add(Finding(rule=rule, severity="refused", entry=entry, message=message))

    def warn(self, rule: str, message: str, *, entry: str | None = None) -> None:
        self._add(Finding(rule=rule, severity="warning", entry=entry, message=message))

    @property
    def refused(self) -> bool:
        return any(severity == "refused" for _, severity in self._count)

    def has(self, rule: str) -> bool:
        return any(found.rule == rule for found in self._findings)

    def findings(self) -> tuple[Finding, ...]:
        """All that was collected: refusals first, by rule, each rule's surplus as one finding."""
        rank = {kind: place for place, kind in enumerate(self._count)}
        surplus = [
            Finding(
                rule=rule,
                severity=severity,
                entry=None,
                message=f"{count - FINDINGS_PER_RULE:,} more findings of the rule {rule}.",
            )
            for (rule, severity), count in self._count.items()
            if count > FINDINGS_PER_RULE
        ]
        return tuple(
            sorted(
                [*self._findings, *surplus],
                key=lambda found: (found.severity, rank[(found.rule, found.severity)]),
            )
        )

    def _add(self, finding: Finding) -> None:
        kind = (finding.rule, finding.severity)
        self._count[kind] += 1
        if self._count[kind] <= FINDINGS_PER_RULE:
            entry = finding.entry and shown(finding.entry, LONGEST_LISTED)
            self._findings.append(replace(finding, entry=entry))
