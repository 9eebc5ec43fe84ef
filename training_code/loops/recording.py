"""The recorder of a final training or a trial, with what they know of their data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from training_code.job.hyperparameters import Hyperparameters
from training_code.recorder.creation import About, counts_of, create_recorder, images_of_classes
from training_code.recorder.recorder import NoRecorder, Recorder
from training_code.recorder.row_files import Board, Listener
from training_code.recorder.settings import TRIAL, RecorderSettings, read_settings

Labels = Mapping[str, Sequence[int]]  # of each split


def recorder_of_training(
    used: Hyperparameters,
    output_data: Path,
    device: torch.device,
    about: About,
    *listeners: Listener,
    board: Board,
) -> Recorder:
    """All that the setting asks for; listeners are told of each row."""
    settings = read_settings(used.recorder, RecorderSettings())
    if settings is None:
        return NoRecorder()
    counts = counts_of(settings, device, about)
    return create_recorder(output_data, settings, device, counts, *listeners, board=board)


def recorder_of_trial(used: Hyperparameters, output_data: Path, about: About) -> Recorder:
    """Less: there are many of them, and each takes seconds."""
    settings = read_settings(used.recorder, TRIAL)
    if settings is None:
        return NoRecorder()
    device = torch.device("cpu")
    return create_recorder(output_data, settings, device, counts_of(settings, device, about))


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
