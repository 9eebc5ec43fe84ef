"""The names of classes: short enough, and each to be told from every other by a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from pipeline.gate.limits import GateLimits
from pipeline.gate.report import FindingList
from pipeline.quoting import quoted

NUMBER_PREFIX: Final = re.compile(r"^\d+[._\- ]+")
# What is drawn as nothing although Unicode does not call it a format character.
DRAWN_AS_NOTHING: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def labels_of(folders: Sequence[str]) -> tuple[str, ...]:
    """The classes' labels: folder names without number prefix, where that leaves them different."""
    short = tuple(map(_without_number, folders))
    return short if len(set(short)) == len(short) else tuple(folders)


def judge_labels(folders: Sequence[str], limits: GateLimits, findings: FindingList) -> None:
    """Note names that are too long, and such as look the same."""
    for folder in folders:
        _judge_name(folder, limits, findings)
    together = sum(len(folder.encode()) for folder in folders)
    if together > limits.max_labels_bytes:
        findings.refuse(
            "long_labels",
            f"The names of the {len(folders):,} class folders have {together:,} bytes together, "
            f"more than the {limits.max_labels_bytes:,} allowed: shorten them.",
        )
    _judge_likeness(folders, findings)


def _without_number(folder: str) -> str:
    return NUMBER_PREFIX.sub("", folder) or folder


def _judge_name(folder: str, limits: GateLimits, findings: FindingList) -> None:
    if len(folder) > limits.max_label_characters:
        findings.refuse(
            "long_label",
            f"The class folder {quoted(folder)} has a name of {len(folder)} characters, more "
            f"than the {limits.max_label_characters} allowed: shorten it.",
        )
    if not _seen(folder):
        findings.refuse(
            "blank_label",
            f"The class folder {quoted(folder)} has a name of which nothing can be seen: give it "
            "the name of its class.",
        )


def _judge_likeness(folders: Sequence[str], findings: FindingList) -> None:
    looking: dict[str, str] = {}
    meaning: dict[str, str] = {}
    for folder in folders:
        twin = looking.setdefault(_seen(folder), folder)
        other = meaning.setdefault(_seen(_without_number(folder)).lower(), folder)
        if twin != folder:
            findings.refuse(
                "same_label",
                f"The class folders {quoted(twin)} and {quoted(folder)} differ by nothing but "
                f"{_difference(twin, folder)}: put their images into one folder, or give them "
                "names that can be told apart.",
            )
        elif other != folder:
            findings.warn(
                "similar_label",
                f"The class folders {quoted(other)} and {quoted(folder)} differ only by their "
                "number or by capital letters and count as two classes: put their images into one "
                "folder if they are the same.",
            )


def _seen(name: str) -> str:
    """What a person sees of a name: its letters and single spaces between them."""
    composed = DRAWN_AS_NOTHING.sub("", unicodedata.normalize("NFC", name))
    drawn = "".join(letter for letter in composed if unicodedata.category(letter) != "Cf")
    return " ".join(drawn.split())


def _difference(one: str, other: str) -> str:
    composed, as_composed = (unicodedata.normalize("NFC", name) for name in (one, other))
    if composed == as_composed:
        return "the way in which their accents are written (as one character or as two)"
    if composed.split() == as_composed.split():
        return "spaces"
    return "characters that cannot be seen"
