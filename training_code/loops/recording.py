"""The recorder of a final training or a trial, with what they know of their data.

Knows no TensorBoard: a trial's image has nothing that writes its files.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch

from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.processes import Processes
from training_code.recorder.creation import (
    About,
    counts_of,
    create_recorder,
    images_of_classes,
)
from training_code.recorder.recorder import NoRecorder, Recorder
from training_code.recorder.row_files import Board
from training_code.recorder.settings import TRIAL, RecorderSettings, read_settings
from training_code.rules.choice import choose
from training_code.rules.watcher import Watcher

Labels = Mapping[str, Sequence[int]]  # of each split


def watch_of_training(
    used: Hyperparameters, output_data: Path, report: Callable[[str], None], processes: Processes
) -> Watcher:
    """By the first process, which sees all rows; the others end when it does."""
    rules = choose(used.rules) if processes.is_first else []
    total = processes.total if processes.count > 1 else None
    return Watcher(rules, output_data, report, total=total)


def recorder_of_training(
    used: Hyperparameters,
    output_data: Path,
    device: torch.device,
    about: About,
    watch: Watcher,
    *,
    board: Board,
) -> Recorder:
    """All that the setting asks for; the rules are told of each row."""
    settings = read_settings(used.recorder, RecorderSettings())
    if settings is None:
        return NoRecorder()
    counts = counts_of(settings, device, about)
    watch.know(counts)
    return create_recorder(output_data, settings, device, counts, watch.take, board=board)


def recorder_of_trial(
    used: Hyperparameters, output_data: Path, about: About, watch: Watcher
) -> Recorder:
    """Less: there are many of them, and each takes seconds."""
    settings = read_settings(used.recorder, TRIAL)
    if settings is None:
        return NoRecorder()
    device = torch.device("cpu")
    counts = counts_of(settings, device, about)
    watch.know(counts)
    return create_recorder(output_data, settings, device, counts, watch.take)


def about_training(
    used: Hyperparameters, labels: Labels, classes: Sequence[str], *, program: str, workers: int
) -> About:
    return About(
        program=program,
        workers=workers,
        batch_size=used.batch_size,
        steps_per_epoch=math.ceil(len(labels["train"]) / used.batch_size),
        epochs=used.epochs,
        classes=tuple(classes),
        images={split: images_of_classes(found, len(classes)) for split, found in labels.items()},
    )
