"""The rules for the classes of a recognized layout: the same in all splits, and enough images."""

import re
from collections.abc import Mapping
from typing import Final

from pipeline.dataset_layout import WHOLE, DatasetLayout
from pipeline.dataset_limits import GateLimits, fewest_images
from pipeline.dataset_report import FindingList, quoted

NUMBER_PREFIX: Final = re.compile(r"[0-9]+\.(?=.)")
NEEDED_SPLITS: Final = ("train", "valid", "test")


def label_of(folder: str) -> str:
    """The class's label: its folder's name without a number prefix ("016.Beagle" is "Beagle")."""
    prefix = NUMBER_PREFIX.match(folder)
    return folder[prefix.end() :] if prefix else folder


def judge_classes(layout: DatasetLayout, limits: GateLimits, findings: FindingList) -> None:
    """Note whatever is wrong with the classes, their names and their numbers of images."""
    _judge_number(layout.folders, limits, findings)
    _judge_labels(layout.folders, limits, findings)
    if layout.kind == "split":
        _judge_splits(layout.counts, findings)
        _judge_differences(layout, findings)
    for split, counts in layout.counts.items():
        _judge_counts(split, counts, fewest_images(limits)[split], findings)
    learned_from = layout.counts.get("train") or layout.counts.get(WHOLE) or {}
    _judge_balance(learned_from, limits, findings)


def _judge_number(folders: list[str], limits: GateLimits, findings: FindingList) -> None:
    if len(folders) == 1:
        findings.refuse(
            "one_class",
            f"The only class is {quoted(folders[0])}: add at least a second class folder.",
        )
    if len(folders) > limits.max_classes:
        findings.refuse(
            "too_many_classes",
            f"There are {len(folders):,} class folders, more than the {limits.max_classes:,} "
            "allowed: upload fewer classes.",
        )


def _judge_labels(folders: list[str], limits: GateLimits, findings: FindingList) -> None:
    seen: dict[str, str] = {}
    for folder in folders:
        label = label_of(folder)
        if len(label) > limits.max_label_characters:
            findings.refuse(
                "long_label",
                f"The class name {quoted(label)} has {len(label)} characters, more than the "
                f"{limits.max_label_characters} allowed: shorten the folder's name.",
            )
        other = seen.setdefault(label.casefold(), folder)
        if other != folder:
            _note_collision(other, folder, findings)


def _note_collision(one: str, other: str, findings: FindingList) -> None:
    message = (
        f"The class folders {quoted(one)} and {quoted(other)} have the same name but for their "
        "number or their capital letters: rename one, or put their images into one folder."
    )
    if label_of(one) == label_of(other):
        findings.refuse("same_label", message)
    else:
        findings.warn("similar_label", message)


def _judge_splits(counts: Mapping[str, object], findings: FindingList) -> None:
    missing = [split for split in NEEDED_SPLITS if split not in counts]
    if missing:
        findings.refuse(
            "missing_split",
            f"There are images for {' and '.join(counts)}, but none for {' and '.join(missing)}: "
            "add the missing folder with the same class folders, or upload the class folders alone "
            "and Kennel splits them 80:10:10.",
        )


def _judge_differences(layout: DatasetLayout, findings: FindingList) -> None:
    everywhere = set(layout.folders)
    for split, counts in layout.counts.items():
        for folder in sorted(everywhere - set(counts)):
            findings.refuse(
                "classes_differ",
                f"The class folder {quoted(folder)} has images in other splits but none in "
                f"{split}: add some there, or remove the class from the other splits.",
            )


def _judge_counts(
    split: str, counts: Mapping[str, int], fewest: int, findings: FindingList
) -> None:
    for folder, count in counts.items():
        if count < fewest:
            where = "" if split == WHOLE else f" in {split}"
            findings.refuse(
                "too_few_images",
                f"The class folder {quoted(folder)} has {count} image{'s' if count > 1 else ''}"
                f"{where}, and at least {fewest} are needed: add images or remove the class.",
            )


def _judge_balance(counts: Mapping[str, int], limits: GateLimits, findings: FindingList) -> None:
    if len(counts) < 2:
        return
    least, most = (pick(counts, key=counts.__getitem__) for pick in (min, max))
    ratio = counts[most] / counts[least]
    if ratio >= limits.imbalance_warning_ratio:
        findings.warn(
            "imbalance",
            f"The class {quoted(most)} has {counts[most]:,} images to learn from, "
            f"{ratio:.0f} times as many as {quoted(least)} with {counts[least]:,}: add images of "
            "the smaller classes, or expect them to be recognized worse.",
        )
