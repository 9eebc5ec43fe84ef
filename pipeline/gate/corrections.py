"""What a person has corrected of a data set without touching its zip: images moved or dropped.

A table (CSV) with the columns `member` (the image's path in the zip), `action` (`move`, `drop`, or
nothing) and, to move, `to`: the class folder or its label. Other columns are the reader's own, as
those of `preparation/corrections.csv`, which has this form. An image stays in its split.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.errors import InputError
from pipeline.gate.labels import labels_of
from pipeline.gate.layout import DatasetLayout, Group
from pipeline.gate.report import FindingList
from pipeline.quoting import quoted, shown

MOST_BYTES: Final = 4 * 1024 * 1024
NEEDED: Final = ("member", "action", "to")
DROPPED: Final = None


@dataclass(frozen=True)
class Corrections:
    """The class folder or label that each image of the table is moved to; None drops it."""

    key: str = ""
    wanted: Mapping[str, str | None] = field(default_factory=dict)

    def __contains__(self, member: str) -> bool:
        return member in self.wanted


@dataclass(frozen=True)
class MetImage:
    """An image of the table that lies in the zip."""

    member: str
    folder: str  # the path that it lies in
    counts: bool  # an empty file does not


@dataclass(frozen=True)
class CorrectedLayout:
    """A layout whose counts are as corrected, and the group of each image that has another now."""

    layout: DatasetLayout
    changes: Mapping[int, Group | None] = field(default_factory=dict)  # by position in the zip


def read_corrections(body: bytes, *, key: str) -> Corrections:
    """
    Raises:
        InputError: not a table of this form; a row that says what cannot be done.
    """
    named = shown(key)
    if len(body) > MOST_BYTES:
        raise InputError(
            f"{named} is longer than the {MOST_BYTES // 1024 // 1024} MiB that corrections may "
            "have: keep only rows with an action"
        )
    try:
        text = body.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
        if missing:
            raise InputError(
                f"{named} has no column {missing[0]!r}: its first line must name the columns "
                f"{', '.join(NEEDED)}, as preparation/corrections.csv does"
            )
        return Corrections(key, _wanted(rows, named))
    except UnicodeDecodeError as error:
        raise InputError(
            f"{named} is not UTF-8 text (its byte {error.start:,} is none): save it as CSV UTF-8"
        ) from error
    except csv.Error as error:
        raise InputError(f"{named} is no CSV table ({error}): save it as CSV UTF-8") from error


def corrected(
    layout: DatasetLayout,
    corrections: Corrections,
    met: Mapping[int, MetImage],
    findings: FindingList,
) -> CorrectedLayout:
    """Move and drop; what cannot be done is refused, what names no image is told of."""
    if not corrections.wanted:
        return CorrectedLayout(layout)
    _judge_strangers(corrections, met, findings)
    folders = _by_name(layout.folders)
    counts = {split: Counter(classes) for split, classes in layout.class_counts.items()}
    changes: dict[int, Group | None] = {}
    for position, image in met.items():
        old = layout.groups.get(image.folder)
        wanted = corrections.wanted[image.member]
        to = None if wanted is None else folders.get(wanted)
        if wanted is not None and to is None:
            _refuse_class(corrections, image, wanted, findings)
        if old is None or (wanted is not None and to is None):
            continue
        changes[position] = new = None if to is None else Group(old.split, to)
        counts[old.split][old.folder] -= image.counts
        if new is not None:
            counts[new.split][new.folder] += image.counts
    _tell(changes, corrections, findings)
    left = {split: {f: n for f, n in classes.items() if n} for split, classes in counts.items()}
    return CorrectedLayout(replace(layout, class_counts=left), changes)


def _delimiter(text: str) -> str:
    """As spreadsheets of some languages save it."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _wanted(rows: csv.DictReader[str], named: str) -> dict[str, str | None]:
    wanted: dict[str, str | None] = {}
    for row in rows:
        action = (row["action"] or "").strip().lower()
        if action in ("", "keep"):
            continue
        member, to = row["member"] or "", (row["to"] or "").strip()
        where = f"{named}, line {rows.line_num:,}"
        if action not in ("move", "drop"):
            raise InputError(f"{where}: action {shown(repr(action))} is not move, drop or empty")
        if action == "move" and not to:
            raise InputError(f"{where}: {quoted(member)} is moved to no class: fill in `to`")
        change = to if action == "move" else DROPPED
        if wanted.setdefault(member, change) != change:
            raise InputError(f"{where}: {quoted(member)} has two different corrections: keep one")
    return wanted


def _by_name(folders: Sequence[str]) -> dict[str, str]:
    """Class folders by their own names, and by their labels."""
    return {**dict(zip(labels_of(folders), folders, strict=True)), **{f: f for f in folders}}


def _judge_strangers(
    corrections: Corrections, met: Mapping[int, MetImage], findings: FindingList
) -> None:
    strangers = sorted(set(corrections.wanted) - {image.member for image in met.values()})
    if not strangers:
        return
    told = (
        f"{shown(corrections.key)} names images that are not in the zip: {len(strangers):,}, the "
        f"first {quoted(strangers[0])}"
    )
    if met:
        findings.warn("corrections_unknown", f"{told}. They are passed over.")
    else:
        findings.refuse("corrections_unknown", f"{told}. Give this zip's own, or remove the file.")


def _refuse_class(
    corrections: Corrections, image: MetImage, wanted: str, findings: FindingList
) -> None:
    findings.refuse(
        "corrections_class",
        f"{shown(corrections.key)} moves {quoted(image.member)} to {quoted(wanted)}, which is no "
        "class folder of the zip: write one of its class folders or labels.",
        entry=image.member,
    )


def _tell(
    changes: Mapping[int, Group | None], corrections: Corrections, findings: FindingList
) -> None:
    """In the report, as what was learned from is not what the zip shows."""
    dropped = sum(group is None for group in changes.values())
    if changes:
        findings.warn(
            "corrections",
            f"Corrected by {shown(corrections.key)}: images that count for another class: "
            f"{len(changes) - dropped:,}, images left out: {dropped:,}.",
        )
