"""What a data set says about itself: doubtful labels, pictures that lie in it twice."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training_code.data.examination import ExaminedImage
from training_code.data.label_errors import suspect_labels
from training_code.data.left_out import named
from training_code.data.near_duplicates import Likeness, near_duplicates
from training_code.data.verdict import Entry, Layout

FILE_NAME = "corrections.csv"
# What somebody may fill in is `action` (move, drop, or nothing) and, to move, `to`.
COLUMNS = ("member", "split", "class", "finding", "about", "score", "action", "to")
SHARE_LISTED = 0.1  # of all images: there most of what is wrong is found (docs/decisions/0040)
MOST_PAIRS = 1000  # a data set of stills of one film must not make a report of millions


@dataclass(frozen=True)
class DoubtfulLabel:
    entry: Entry
    suggested: str  # the class folder that its picture is nearer to
    score: float  # the higher, the more doubtful; comparable within a data set only


@dataclass(frozen=True)
class NearDuplicate:
    """The same picture mirrored, resized or encoded anew. Both are used."""

    entry: Entry
    like: Entry  # the one that was met first
    correlation: float


@dataclass(frozen=True)
class Insight:
    """All that was seen, of no image that is left out."""

    agreement: float  # the share of images that look like their own class most
    doubtful: tuple[DoubtfulLabel, ...]
    near_duplicates: tuple[NearDuplicate, ...]
    pairs: int  # near-duplicates in all, also those not listed

    @classmethod
    def of(cls, images: Sequence[ExaminedImage], layout: Layout) -> Insight:
        """By the plain views of all splits' images, as the first backbone sees them."""
        vectors = np.stack([image.vector for image in images])
        labels = np.array([layout.folders.index(image.entry.folder) for image in images])
        suspicions = suspect_labels(vectors, labels)
        listed = suspicions.nearer_to_others()[: round(SHARE_LISTED * len(images))]
        alike = near_duplicates(vectors, np.stack([image.thumbnail for image in images]))
        return cls(
            agreement=round(suspicions.agreement, 4),
            doubtful=tuple(
                DoubtfulLabel(
                    images[n].entry,
                    layout.folders[suspicions.suggested[n]],
                    round(float(suspicions.scores[n]), 3),
                )
                for n in listed
            ),
            near_duplicates=tuple(_named_pair(pair, images) for pair in alike[:MOST_PAIRS]),
            pairs=len(alike),
        )

    def as_json(self) -> dict[str, object]:
        """For report.json."""
        return {
            "label_agreement": self.agreement,
            "doubtful_labels": [
                {
                    "member": found.entry.member,
                    "split": found.entry.split,
                    "folder": found.entry.folder,
                    "suggested": found.suggested,
                    "score": found.score,
                }
                for found in self.doubtful
            ],
            "near_duplicates": {
                "count": self.pairs,
                "pairs": [
                    {
                        "member": pair.entry.member,
                        "split": pair.entry.split,
                        "like": pair.like.member,
                        "like_split": pair.like.split,
                        "same_class": pair.entry.folder == pair.like.folder,
                        "correlation": pair.correlation,
                    }
                    for pair in self.near_duplicates
                ],
            },
        }

    def warnings(self) -> Iterator[str]:
        """Only of what is surely so: doubtful labels are for a person to look at."""
        apart = [p for p in self.near_duplicates if p.entry.split != p.like.split]
        if apart:
            yield (
                "Pictures that lie, mirrored, resized or encoded anew, in two splits: "
                f"{len(apart):,}, the first {named(apart[0].entry)} and {named(apart[0].like)}. "
                f"The figures flatter the model; drop one of each by preparation/{FILE_NAME}."
            )
        torn = [p for p in self.near_duplicates if p.entry.folder != p.like.folder]
        if torn:
            yield (
                "Pictures that lie, mirrored, resized or encoded anew, under two labels: "
                f"{len(torn):,}, the first {named(torn[0].entry)} and {named(torn[0].like)}. "
                f"Move or drop the wrong ones by preparation/{FILE_NAME}."
            )

    def write_corrections(self, folder: Path) -> None:
        """The table that a person can fill in and hand back with the data set."""
        with (folder / FILE_NAME).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            for label in self.doubtful:
                told = ("doubtful_label", label.suggested, label.score, "", label.suggested)
                table.writerow((*_place(label.entry), *told))
            for pair in self.near_duplicates:
                told = ("near_duplicate", pair.like.member, pair.correlation, "", "")
                table.writerow((*_place(pair.entry), *told))


def _place(entry: Entry) -> tuple[str, str, str]:
    return entry.member, entry.split, entry.folder


def _named_pair(pair: Likeness, images: Sequence[ExaminedImage]) -> NearDuplicate:
    return NearDuplicate(images[pair.second].entry, images[pair.first].entry, pair.correlation)
