"""The processing job: decode, check, split, compute features, lay out the test split."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from training_code.data.archive import find_archive
from training_code.data.examination import Examiner
from training_code.data.prepared import Preparation, make_folders
from training_code.data.verdict import Verdict
from training_code.job.arguments import ArgumentReader
from training_code.job.boundary import run_job
from training_code.job.environment import ProcessingFolders, processor_count
from training_code.job.weights_setting import WeightsSetting
from training_code.model.backbone import build_backbone
from training_code.model.device import best_device, channels_last


@dataclass(frozen=True, kw_only=True)
class PreparationSettings:
    backbone: str
    weights: WeightsSetting
    views: int  # per training image: the plain one and augmented ones
    seed: int

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> PreparationSettings:
        names = ("backbone", "weights", "views", "seed")
        given = ArgumentReader.parse(arguments, names)
        return cls(
            backbone=given.text("backbone", "resnet50"),
            weights="none"
            if given.choice("weights", "auto", ("auto", "none")) == "none"
            else "auto",
            views=given.whole("views", 4, least=1),
            seed=given.whole("seed", 1, least=0),
        )


def prepare(settings: PreparationSettings, folders: ProcessingFolders) -> None:
    """Read the zip, write splits, features, test objects and the report."""
    make_folders([folders.preparation, folders.features, folders.test])
    verdict = Verdict.read(folders.gate)
    archive = find_archive(folders.dataset, verdict.archive)
    layout = verdict.layout(archive.names())
    weights_file = folders.weights / f"{settings.backbone}.pth"
    backbone = build_backbone(settings.backbone, settings.weights, weights_file)
    device = best_device()
    channels_last(backbone.network.to(device))
    examiner = Examiner(archive, backbone, settings.views, settings.seed, device)
    with ThreadPoolExecutor(processor_count()) as pool:
        findings = examiner.examine(layout.entries, pool)
    preparation = Preparation.of(verdict.archive, layout, findings)
    preparation.splits().write(folders.preparation)
    preparation.write_report(folders.preparation, backbone, settings.views)
    preparation.features("train", settings.views).standardisation().write(folders.preparation)
    preparation.write_features(folders.features, backbone, settings.views)
    preparation.write_test_objects(folders.test, archive)
    archive.close()


def main() -> int:
    """Run as SageMaker's processing container does."""
    folders = ProcessingFolders.from_environment()
    return run_job(
        lambda: prepare(PreparationSettings.parse(sys.argv[1:]), folders), folders.message
    )


if __name__ == "__main__":
    sys.exit(main())
