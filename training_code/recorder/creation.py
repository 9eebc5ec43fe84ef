"""A recorder of a job, with what does not change while the job runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import torch

from training_code.job.environment import processor_count
from training_code.recorder.recorder import Recorder
from training_code.recorder.row_files import Board, Listener, RowFiles
from training_code.recorder.row_recorder import RowRecorder
from training_code.recorder.rows import Counts
from training_code.recorder.settings import RecorderSettings
from training_code.recorder.trace import Trace

FOLDER = "recorder"  # below the job's output data


@dataclass(frozen=True, kw_only=True)
class About:
    """What the program knows of its job."""

    program: str
    workers: int
    batch_size: int
    steps_per_epoch: int
    epochs: int
    classes: tuple[str, ...]
    images: Mapping[str, tuple[int, ...]]  # of each split: how many of each class


def counts_of(settings: RecorderSettings, device: torch.device, about: About) -> Counts:
    """With what the machine says."""
    return Counts(
        started_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        device=str(device),
        cores=processor_count(),
        memory_bytes=psutil.virtual_memory().total,
        settings=dataclasses.asdict(settings),
        **vars(about),
    )


def create_recorder(
    output_data: Path,
    settings: RecorderSettings,
    device: torch.device,
    counts: Counts,
    *listeners: Listener,
    board: Board | None = None,
) -> Recorder:
    """Listeners are told of each row as it comes, some of them from another thread."""
    folder = output_data / FOLDER
    files = RowFiles(folder, listeners, board)
    files.write_counts(counts)
    return RowRecorder(files, settings, Trace(folder, settings.trace, device), device)


def images_of_classes(labels: Sequence[int], classes: int) -> tuple[int, ...]:
    """How many images each class has."""
    return tuple(
        torch.bincount(torch.tensor([*labels], dtype=torch.int64), minlength=classes).tolist()
    )
