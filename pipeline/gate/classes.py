"""The rules for the classes of a recognised layout: the same in all splits, and enough images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.gate.labels import judge_labels
from pipeline.gate.layout import WHOLE, DatasetLayout
from pipeline.gate.limits import GateLimits
from pipeline.gate.report import FindingList
from pipeline.quoting import quoted

TEST_SHARE: Final = 0.1  # of each class, if the data set has no test of its own
SPLITS: Final = ("train", "valid", "test")


def judge_classes(layout: DatasetLayout, limits: GateLimits, findings: FindingList) -> None:
    """Note whatever is wrong with the classes, their names and their numbers of images."""
    _judge_number(layout.folders, limits, findings)
    judge_labels(layout.folders, limits, findings)
    if layout.kind == "split":
        _judge_splits(layout.class_counts, findings)
        # Of classes that look the same nobody could tell which of them is said to be missing.
        if not findings.has("same_label"):
            _judge_differences(layout, findings)
    for split, fewest in _fewest_images(layout, limits).items():
        _judge_counts(split, layout.class_counts.get(split, {}), fewest, findings)
    _judge_test(layout, limits, findings)
    learned_from = layout.class_counts.get("train") or layout.class_counts.get(WHOLE) or {}
    _judge_balance(learned_from, limits, findings)


def _fewest_images(layout: DatasetLayout, limits: GateLimits) -> dict[str, int]:
    """The least number of images of a class, by split; more where others are taken out of it."""
    complete = all(split in layout.class_counts for split in SPLITS)
    return {
        "train": limits.min_train_images if complete else limits.min_unsplit_images,
        "valid": limits.min_valid_images,
        "test": limits.min_test_images,
        WHOLE: limits.min_unsplit_images,
    }


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


def _judge_splits(counts: Mapping[str, object], findings: FindingList) -> None:
    there = " and ".join(counts)
    missing = " and ".join(split for split in SPLITS if split not in counts)
    if "train" not in counts:
        findings.refuse(
            "missing_split",
            f"There are images for {there}, but none for train: add the folder train with the same "
            f"class folders; or call {there} otherwise if that is no split, and Kennel splits the "
            "class folders 80:10:10.",
        )
    elif missing:
        findings.warn(
            "missing_split",
            f"There are images for {there}, but none for {missing}: Kennel takes a tenth of train "
            "for each; add the missing folder with the same class folders to choose them yourself.",
        )


def _judge_differences(layout: DatasetLayout, findings: FindingList) -> None:
    everywhere = set(layout.folders)
    for split, counts in layout.class_counts.items():
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
                f"The class folder {quoted(folder)} has {count} image{'' if count == 1 else 's'}"
                f"{where}, and at least {fewest} are needed: add images or remove the class.",
            )


def _judge_test(layout: DatasetLayout, limits: GateLimits, findings: FindingList) -> None:
    """Refuse what the evaluation could not compare, hours later and after a paid training."""
    classes = len(layout.folders)
    images = _test_images(layout)
    if images * classes > limits.max_test_scores:
        most = limits.max_test_scores // classes
        findings.refuse(
            "large_test",
            f"The {images:,} test images and {classes:,} classes give {images * classes:,} "
            f"probabilities, more than the {limits.max_test_scores:,} that an evaluation compares: "
            f"keep at most {most:,} images in test, in a folder test of your own.",
        )


def _test_images(layout: DatasetLayout) -> int:
    """As many as there are, or as the preparation takes out of what is there to learn from."""
    given = layout.class_counts.get("test")
    if given is not None:
        return sum(given.values())
    others = layout.class_counts.get("train") or layout.class_counts.get(WHOLE) or {}
    return sum(max(1, round(count * TEST_SHARE)) for count in others.values())


def _judge_balance(counts: Mapping[str, int], limits: GateLimits, findings: FindingList) -> None:
    if len(counts) < 2:
        return
    least, most = (pick(counts, key=counts.__getitem__) for pick in (min, max))
    if not counts[least]:
        return  # refused
    ratio = counts[most] / counts[least]
    if ratio >= limits.imbalance_warning_ratio:
        findings.warn(
            "imbalance",
            f"The class {quoted(most)} has {counts[most]:,} images to learn from, "
            f"{ratio:.0f} times as many as {quoted(least)} with {counts[least]:,}: add images of "
            "the smaller classes, or expect them to be recognised worse.",
        )
