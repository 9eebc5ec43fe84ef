"""A training of a few steps that tells a recorder of itself, as the loops do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from training_code.recorder.creation import FOLDER, About, counts_of, create_recorder
from training_code.recorder.recorder import Recorder
from training_code.recorder.row_files import Listener
from training_code.recorder.row_lines import read_rows
from training_code.recorder.rows import Collection, Row, TensorRow
from training_code.recorder.settings import RecorderSettings

AnyRow = TypeVar("AnyRow", bound=Row)
CLASSES = ("hound", "poodle", "terrier")
QUIET = RecorderSettings(system_ms=0, trace=0)  # for tests that ask for nothing else
ABOUT = About(
    program="train",
    workers=0,
    batch_size=4,
    steps_per_epoch=5,
    epochs=1,
    classes=CLASSES,
    images={"train": (8, 8, 4)},
)


def batches(count: int, images: int = 4) -> list[tuple[Tensor, Tensor]]:
    """Pictures of noise [images, 3, 8, 8]; the classes take turns."""
    random = torch.Generator().manual_seed(1)
    labels = torch.arange(count * images) % len(CLASSES)
    pictures = torch.randn(count * images, 3, 8, 8, generator=random)
    return list(zip(torch.split(pictures, images), torch.split(labels, images), strict=True))


def small_network(activation: nn.Module) -> nn.Sequential:
    torch.manual_seed(1)
    backbone = nn.Sequential(nn.Conv2d(3, 6, 3), activation, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return nn.Sequential(backbone, nn.Linear(6, len(CLASSES)))


@dataclass(frozen=True)
class Recorded:
    """What a training has left."""

    folder: Path

    def rows(self, kind: type[AnyRow]) -> list[AnyRow]:
        return list(read_rows(self.folder, kind))

    def tensors(self, collection: Collection) -> list[TensorRow]:
        return [row for row in self.rows(TensorRow) if row.collection == collection]


def recorded(
    folder: Path,
    settings: RecorderSettings = QUIET,
    *listeners: Listener,
    network: nn.Module | None = None,
    steps: int = 5,
    pieces: int = 1,
) -> Recorded:
    """One epoch, and a pass over two batches of validation."""
    cpu = torch.device("cpu")
    counts = counts_of(settings, cpu, ABOUT)
    recorder = create_recorder(folder, settings, cpu, counts, *listeners)
    train(recorder, network or small_network(nn.ReLU()), steps, pieces)
    recorder.close()
    return Recorded(folder / FOLDER)


def train(recorder: Recorder, network: nn.Module, steps: int, pieces: int = 1) -> None:
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.01)
    recorder.begin(network, optimizer)
    for images, labels in recorder.batches("train", 1, batches(steps)):
        recorder.lap("transfer")
        optimizer.zero_grad()
        for part, wanted in zip(images.chunk(pieces), labels.chunk(pieces), strict=True):
            logits = network(part)
            loss = cross_entropy(logits, wanted)
            recorder.outcome(loss, logits, wanted)
            recorder.lap("forward")
            loss.backward()  # type: ignore[no-untyped-call]  # torch's
            recorder.lap("backward")
        optimizer.step()
        recorder.lap("optimizer")
    with torch.no_grad():
        for images, labels in recorder.batches("valid", 1, batches(2)):
            recorder.lap("transfer")
            logits = network(images)
            recorder.outcome(cross_entropy(logits, labels), logits, labels)
            recorder.lap("forward")
