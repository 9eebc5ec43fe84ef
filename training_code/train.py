"""The training: with the tuned values; leaves a model that serves as it is."""

from __future__ import annotations

import copy
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__":  # run as a script, the folder that Python searches is this file's own
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch
from torch import nn

from training_code.data.archive import find_archive
from training_code.data.photo_batches import Photos
from training_code.data.photo_loading import PhotoLoader
from training_code.data.splits import Splits
from training_code.job.boundary import run_job
from training_code.job.environment import TrainingFolders
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.checkpoints import Checkpoints, FileCheckpoints, remove_checkpoints
from training_code.loops.epochs import Best, Epoch
from training_code.loops.final_recording import recorder_of_final_training
from training_code.loops.final_training import FinalTraining, Surroundings
from training_code.loops.processes import ALONE, Processes, start_on_all_gpus
from training_code.loops.recording import watch_of_training
from training_code.loops.training import Report
from training_code.model.backbone import build_backbone
from training_code.model.device import best_device, peak_memory
from training_code.model.features import FeatureSet
from training_code.model.found_head import load_found_head
from training_code.model.head import build_head
from training_code.model.network import Network
from training_code.recorder.debug_hook import NoHook, create_hook
from training_code.recorder.debugger_packages import start_with_smdebug
from training_code.report.final_model import Learned, leave_model
from training_code.report.results import Progress

COMPARED = 16  # validation images on which the exported network must agree


def run_training(
    used: Hyperparameters, folders: TrainingFolders, processes: Processes = ALONE
) -> None:
    """Train, measure the best epoch once on the test split, write the model and its reports.

    Of several processes all train; the first one alone speaks and writes, and goes on afterwards.
    """
    device = best_device()
    # Everything but the images comes from the preparation: splits, labels, and which zip it was.
    splits = Splits.read(folders.channel("preparation"))
    backbone = build_backbone(used.backbone, used.weights, _weights_file(used, folders))
    train, valid = _features(folders.channel("features") / backbone.name)
    torch.manual_seed(used.seed)  # the head's first weights and dropout
    network = Network(backbone.network, _head_of(used, train, len(splits.classes)))
    # The debugger's hook hangs on the network that is trained; this one it never sees.
    servable = copy.deepcopy(network)
    # A frozen one stays as it is: a copy would be nothing but memory.
    frozen = used.trainable == "head"
    untouched = backbone.network if frozen else copy.deepcopy(backbone.network)
    found = load_found_head(network.head, folders.channels.get("search"))

    archive = find_archive(folders.channel("dataset"), splits.archive)
    loader = PhotoLoader(archive, backbone.preprocessing)
    progress = Progress(folders.output_data, folders.checkpoints)
    report: Report = _print_now if processes.is_first else _say_nothing
    hook = create_hook(folders.debug_configuration) if processes.is_first else NoHook()
    watch = watch_of_training(used, folders.output_data, report, processes)
    recorder = recorder_of_final_training(used, folders, splits, loader, processes, watch)
    around = Surroundings(
        device=device,
        report=report,
        keep=progress.keep if processes.is_first else _keep_nothing,
        hook=hook,
        recorder=recorder,
        watch=watch,
        checkpoints=lambda stage: _checkpoints(stage, used, folders, processes),
        processes=processes,
    )
    training = FinalTraining(network, used, around)

    def photos() -> Photos:
        return Photos.of(loader, splits.train, splits.valid, used=used, share=processes.share)

    best = training.run(train, valid, photos, found=found)
    hook.close()
    recorder.close()
    watch.close()
    if not processes.is_first:
        return
    progress.keep(training.history, best)
    _print_now(f"peak memory {peak_memory(device) / 1e9:.2f} GB")

    # From here on the best epoch, which is not the last one.
    leave_model(
        Learned(
            used=used,
            splits=splits,
            backbone=backbone,
            untouched=untouched,
            network=servable,
            loader=loader,
            train=train,
            valid=valid,
            best=best,
            history=training.history,
            device=device,
        ),
        folders,
        report,
    )
    archive.close()
    remove_checkpoints(folders.checkpoints)


def _weights_file(used: Hyperparameters, folders: TrainingFolders) -> Path:
    """Where the optional channel lays the backbone's weights; it need not exist."""
    return folders.channels.get("weights", Path("no-weights-channel")) / f"{used.backbone}.pth"


def _features(channel: Path) -> tuple[FeatureSet, FeatureSet]:
    """Of train, with all views, and of valid."""
    return FeatureSet.read(channel / "train.npz"), FeatureSet.read(channel / "valid.npz")


def _head_of(used: Hyperparameters, train: FeatureSet, classes: int) -> nn.Module:
    """One that has not learned anything."""
    return build_head(
        train.standardisation(), classes, hidden_units=used.hidden_units, dropout=used.dropout
    )


def _checkpoints(
    stage: str, used: Hyperparameters, folders: TrainingFolders, processes: Processes
) -> Checkpoints:
    """Of the stage so named, for a training with these very values."""
    path = folders.checkpoints / f"{stage}.pt"
    return FileCheckpoints(path, dataclasses.asdict(used), writes=processes.is_first)


def _print_now(line: str) -> None:
    """Metric lines are read while the job runs."""
    print(line, flush=True)


def _say_nothing(_line: str) -> None:
    """Of several processes one is heard."""


def _keep_nothing(_history: Sequence[Epoch], _best: Best) -> None:
    """Of several processes one writes."""


def main() -> int:
    """Run as SageMaker's training toolkit does, or torchrun."""
    folders = TrainingFolders.from_environment()

    def work() -> None:
        used = Hyperparameters.parse(sys.argv[1:])
        wheels = folders.channels.get("wheels")
        start_with_smdebug(folders.debug_configuration, used.packages, wheels)
        start_on_all_gpus()
        with Processes.joined() as processes:
            run_training(used, folders, processes)

    return run_job(work, folders.failure)


if __name__ == "__main__":
    sys.exit(main())
