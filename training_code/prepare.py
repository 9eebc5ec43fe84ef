"""The processing job: decode, check, split, compute features, lay out the test split."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch

from training_code.data.archive import find_archive
from training_code.data.examination import Examiner
from training_code.data.prepared import Preparation, make_folders
from training_code.data.verdict import Verdict
from training_code.job.arguments import ArgumentReader
from training_code.job.boundary import run_job
from training_code.job.environment import ProcessingFolders, processor_count
from training_code.job.weights_setting import WeightsSetting
from training_code.model.backbone import Backbone, build_backbone
from training_code.model.device import best_device, channels_last
from training_code.search.plan import SearchPlan


@dataclass(frozen=True, kw_only=True)
class PreparationSettings:
    backbones: tuple[str, ...]
    weights: WeightsSetting
    views: int  # per training image: the plain one and augmented ones
    seed: int

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> PreparationSettings:
        names = ("backbone", "weights", "views", "seed")
        given = ArgumentReader.parse(arguments, names)
        return cls(
            backbones=tuple(given.text("backbone", "resnet50").split(",")),
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
    device = best_device()
    backbones = [_backbone(name, settings, folders, device) for name in settings.backbones]
    examiner = Examiner(archive, backbones, settings.views, settings.seed, device)
    with ThreadPoolExecutor(processor_count()) as pool:
        findings = examiner.examine(layout.entries, pool)
    preparation = Preparation.of(verdict.archive, layout, findings)
    preparation.splits().write(folders.preparation)
    preparation.write_report(folders.preparation, backbones, settings.views)
    for backbone in backbones:
        preparation.write_features(folders.features, backbone, settings.views)
        train = preparation.features("train", settings.views, backbone.name)
        train.standardisation().write(folders.preparation, backbone.name)
    preparation.write_test_objects(folders.test, archive)
    archive.close()


def _backbone(
    name: str, settings: PreparationSettings, folders: ProcessingFolders, device: torch.device
) -> Backbone:
    backbone = build_backbone(name, settings.weights, folders.weights / f"{name}.pth")
    channels_last(backbone.network.to(device))
    return backbone


def _search(plan: SearchPlan, folders: ProcessingFolders, *, began: float) -> None:
    # Where a tuning job searches, Optuna is not installed.
    from training_code.search.in_job import search_features

    def is_over() -> bool:
        return time.monotonic() >= began + plan.seconds

    search_features(plan, folders.features, folders.search, is_over=is_over, say=_print_now)


def _print_now(line: str) -> None:
    """Trials are followed while the job runs."""
    print(line, flush=True)


def main() -> int:
    """Run as SageMaker's processing container does."""
    began = time.monotonic()
    folders = ProcessingFolders.from_environment()

    def work() -> None:
        # Both are read before hours of work show that one of them is wrong.
        settings, plan = PreparationSettings.parse(sys.argv[1:]), SearchPlan.parse(sys.argv[1:])
        prepare(settings, folders)
        if plan:
            _search(plan, folders, began=began)

    return run_job(work, folders.message)


if __name__ == "__main__":
    sys.exit(main())
