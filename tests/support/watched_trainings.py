"""Small real trainings, each told of by the recorder: their rows are what rules are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from training_code.recorder.creation import About, counts_of, create_recorder
from training_code.recorder.recorder import Recorder
from training_code.recorder.rows import Row
from training_code.recorder.settings import RecorderSettings
from training_code.rules.history import History

Batch = tuple[Tensor, Tensor]
# All there is, at every step; the machine is looked at in the end alone.
EVERYTHING = RecorderSettings(steps=1, tensors=1, system_ms=60_000, trace=0)


def blobs(images: int, classes: int = 3, *, seed: int = 1, noise: float = 1.0) -> Batch:
    """Points [images, 8] around a centre for each class, easily told apart."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(images) % classes
    centres = 3 * torch.eye(8)[:classes]
    return centres[labels] + noise * torch.randn(images, 8, generator=generator), labels


def network(*middle: nn.Module, width: int = 16, classes: int = 3) -> nn.Sequential:
    """Two layers, with something between them."""
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(8, width), *middle, nn.Linear(width, classes))


@dataclass(kw_only=True)
class WatchedTraining:
    """AdamW over batches, as the loops do it."""

    folder: Path
    network: nn.Module
    train: Batch
    valid: Batch = field(default_factory=lambda: blobs(30, seed=2))
    lr: float = 0.01
    epochs: int = 4
    batch_size: int = 8
    workers: int = 0
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.AdamW
    # What loads the batches, and how they come out of it.
    loader: Callable[[Sequence[Batch]], Iterable[Batch]] = iter

    def history(self, tell: Callable[[Row], None] = lambda _row: None) -> History:
        """All rows, with all epochs ended."""
        labels = self.train[1]
        classes = int(labels.max()) + 1
        images = {"train": tuple(torch.bincount(labels, minlength=classes).tolist())}
        about = About(
            program="train",
            workers=self.workers,
            batch_size=self.batch_size,
            steps_per_epoch=-(-len(labels) // self.batch_size),
            epochs=self.epochs,
            classes=tuple(f"class {number}" for number in range(classes)),
            images=images,
        )
        device = torch.device("cpu")
        counts = counts_of(EVERYTHING, device, about)
        seen = History(counts)
        self._run(create_recorder(self.folder, EVERYTHING, device, counts, seen.add, tell), seen)
        return seen

    def _run(self, recorder: Recorder, seen: History) -> None:
        optimizer = self.optimizer(self.network.parameters(), lr=self.lr)
        recorder.begin(self.network, optimizer)
        generator = torch.Generator().manual_seed(1)
        for epoch in range(1, self.epochs + 1):
            order = torch.randperm(len(self.train[1]), generator=generator)
            batches = [
                (self.train[0][rows], self.train[1][rows])
                for rows in torch.split(order, self.batch_size)
            ]
            for images, labels in recorder.batches("train", epoch, self.loader(batches)):
                logits = self.network(images)
                loss = nn.functional.cross_entropy(logits, labels)
                recorder.lap("forward")
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]  # torch's
                recorder.lap("backward")
                optimizer.step()
                recorder.lap("optimizer")
                recorder.outcome(loss.detach(), logits.detach(), labels)
            with torch.no_grad():
                for images, labels in recorder.batches("valid", epoch, [self.valid]):
                    logits = self.network(images)
                    loss = nn.functional.cross_entropy(logits, labels)
                    recorder.outcome(loss, logits, labels)
            seen.ended = epoch
        recorder.close()
