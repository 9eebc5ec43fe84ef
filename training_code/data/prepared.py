"""From the findings about a zip's images to splits, features, test objects and the report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from training_code.data.archive import CheckedArchive, DatasetArchive
from training_code.data.examination import Duplicate, ExaminedImage, Findings
from training_code.data.insight import Insight
from training_code.data.left_out import LeftOut, is_conflict
from training_code.data.splits import ObjectSample, Sample, Splits, carve
from training_code.data.verdict import Layout
from training_code.job.errors import InputError
from training_code.model.backbone import Backbone
from training_code.model.features import FeatureDescription, FeatureSet

REPORT_SCHEMA = "kennel.preparation_report/1"
MOST_NAMES = 20  # of ignored members in the report


@dataclass(frozen=True)
class Preparation:
    """All usable images by split, in the order of their rows."""

    archive: CheckedArchive
    layout: Layout
    findings: Findings
    images: dict[str, list[ExaminedImage]]

    @classmethod
    def of(cls, archive: CheckedArchive, layout: Layout, findings: Findings) -> Preparation:
        """Take missing splits out of train, and make sure that enough is left to learn from."""
        given: dict[str, list[ExaminedImage]] = {"train": [], "valid": [], "test": []}
        for image in findings.images:
            given[image.entry.split].append(image)
        zip_has = {entry.split for entry in layout.entries}
        missing = [name for name in ("test", "valid") if name not in zip_has]
        carved = carve([(i.entry.folder, i.digest, i) for i in given["train"]], missing)
        preparation = cls(archive, layout, findings, {**given, **carved})
        preparation.check()
        return preparation

    def check(self) -> None:
        """Refuse what cannot be trained on, or of which a class could not be measured."""
        for name, images in self.images.items():
            present = {image.entry.folder for image in images}
            for folder in self.layout.folders:
                if folder not in present:
                    raise InputError(LeftOut(self.layout, self.findings).of(folder, name))

    @cached_property
    def insight(self) -> Insight:
        """What tests and validates comes first: of two alike, that is named as the one met."""
        ordered = [
            replace(image, entry=replace(image.entry, split=split))  # also what was carved out
            for split in ("test", "valid", "train")
            for image in self.images[split]
        ]
        return Insight.of(ordered, self.layout)

    def label(self, image: ExaminedImage) -> int:
        return self.layout.folders.index(image.entry.folder)

    def splits(self) -> Splits:
        """As training reads them."""
        test = enumerate(self.images["test"])
        return Splits(
            archive=self.archive,
            classes=self.layout.classes,
            folders=self.layout.folders,
            train=tuple(Sample(i.entry.member, self.label(i)) for i in self.images["train"]),
            valid=tuple(Sample(i.entry.member, self.label(i)) for i in self.images["valid"]),
            test=tuple(ObjectSample(i.entry.member, self.label(i), f"{n:05}.jpg") for n, i in test),
        )

    def features(self, split: str, views: int, backbone: str) -> FeatureSet:
        """Of the images of a split."""
        rows = [i.features[backbone][:views] for i in self.images[split]]
        labels = np.array([self.label(i) for i in self.images[split]], dtype=np.int64)
        return FeatureSet(np.stack(rows), labels)

    def write_features(self, folder: Path, backbone: Backbone, views: int) -> None:
        """In a folder of the backbone's name: train with all views, valid with the plain one."""
        own = folder / backbone.name
        own.mkdir(parents=True, exist_ok=True)
        self.features("train", views, backbone.name).write(own / "train.npz")
        self.features("valid", 1, backbone.name).write(own / "valid.npz")
        classes = len(self.layout.folders)
        FeatureDescription(classes, backbone.features, backbone.name, views).write(own)

    def write_test_objects(self, folder: Path, archive: DatasetArchive) -> None:
        """The test images byte by byte, under names that the transform job can carry."""
        for sample in self.splits().test:
            (folder / sample.object).write_bytes(archive.read(sample.member))

    def digest(self) -> str:
        """Of what is trained, validated and tested on, whatever the zip looked like."""
        lines = [
            f"{name} {image.entry.folder} {image.digest}\n"
            for name, images in self.images.items()
            for image in images
        ]
        return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()

    def write_report(self, folder: Path, backbones: Sequence[Backbone], views: int) -> None:
        """report.json, and the table of what a person may correct."""
        corrupt = [
            {"member": e.member, "split": e.split, "reason": r.message, "code": r.code}
            for e, r in self.findings.corrupt
        ]
        document = {
            "schema": REPORT_SCHEMA,
            "counts": {name: len(images) for name, images in self.images.items()},
            "corrupt": corrupt,
            "duplicates": [_describe(duplicate) for duplicate in self.findings.duplicates],
            "ignored": {
                "count": len(self.layout.ignored),
                "members": self.layout.ignored[:MOST_NAMES],
            },
            "digest": self.digest(),
            "views": views,
            "backbones": [_describe_backbone(backbone) for backbone in backbones],
            **self.insight.as_json(),
            "warnings": self.warnings(),
        }
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (folder / "report.json").write_text(text + "\n", encoding="utf-8")
        self.insight.write_corrections(folder)

    def warnings(self) -> list[str]:
        """What a person should look at."""
        left_out = LeftOut(self.layout, self.findings).warnings()
        return [*left_out, *self.insight.warnings(), *self._imbalance()]

    def _imbalance(self) -> list[str]:
        """Whether one class has far more training images than another."""
        counts = [
            (sum(i.entry.folder == folder for i in self.images["train"]), folder)
            for folder in self.layout.folders
        ]
        (fewest, rare), (most, common) = min(counts), max(counts)
        if most < 10 * fewest:
            return []
        few = f"{common} has {most} training images and {rare} only {fewest}"
        return [f"{few}: classes with few images are recognised worse."]


def _describe(duplicate: Duplicate) -> dict[str, str | bool]:
    return {
        "member": duplicate.entry.member,
        "split": duplicate.entry.split,
        "same_as": duplicate.same_as.member,
        "removed": True,
        "label_conflict": is_conflict(duplicate),
    }


def _describe_backbone(backbone: Backbone) -> dict[str, object]:
    return {
        "name": backbone.name,
        "weights": vars(backbone.origin),
        "dimension": backbone.features,
    }


def make_folders(folders: Sequence[Path]) -> None:
    """Output folders need not exist yet."""
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
