"""A tuning trial: trains a head on the features that preparation computed. It opens no image."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":  # run as a script, the folder that Python searches is this file's own
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch

from training_code.job.boundary import run_job
from training_code.job.environment import TrainingFolders
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.epoch_losses import EpochLosses
from training_code.loops.head_training import TrialResult, train_head
from training_code.loops.recording import about_training, recorder_of_trial
from training_code.model.features import FeatureDescription, FeatureSet
from training_code.rules.choice import choose
from training_code.rules.watcher import Watcher
from training_code.search.kept_head import keep_head


def run_trial(hyperparameters: Hyperparameters, folders: TrainingFolders) -> None:
    """Train on the channel `features`, leave the head and its figures in the model folder."""
    # Matrices of a head are too small to share: with more threads trials side by side only wait.
    torch.set_num_threads(1)
    channel = folders.channel("features") / hyperparameters.backbone
    description = FeatureDescription.read(channel)
    train, valid = (FeatureSet.read(channel / f"{name}.npz") for name in ("train", "valid"))

    def keep(result: TrialResult) -> None:
        keep_head(result, hyperparameters, folders.model)

    losses = EpochLosses(folders.output_data)

    def report(line: str) -> None:
        _print_now(line)
        losses.note(line)

    labels = {"train": train.labels.tolist(), "valid": valid.labels.tolist()}
    classes = [str(number) for number in range(description.classes)]  # it knows no names
    about = about_training(hyperparameters, labels, classes, program="trial", workers=0)
    watch = Watcher(choose(hyperparameters.rules), folders.output_data, _print_now)
    recorder = recorder_of_trial(hyperparameters, folders.output_data, about, watch)
    train_head(train, valid, description.classes, hyperparameters, keep, report, recorder, watch)
    recorder.close()
    watch.close()


def _print_now(line: str) -> None:
    """Metric lines are read while the job runs."""
    print(line, flush=True)


def main() -> int:
    """Run as SageMaker's training toolkit does."""
    folders = TrainingFolders.from_environment()
    return run_job(lambda: run_trial(Hyperparameters.parse(sys.argv[1:]), folders), folders.failure)


if __name__ == "__main__":
    sys.exit(main())
