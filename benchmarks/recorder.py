"""What the recorder costs: steps with it against steps without, in turns, in one run.

    python -m benchmarks.recorder [--turns 5]

A frozen mobilenet_v2 (random weights: they take the same time) on batches of 32 images, and a head
on 1,280 features, in 32 classes. The quotient is of CPU seconds of this process, which others on
the machine disturb less than the clock; beside it that of the clock.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from training_code.model.backbone import build_backbone
from training_code.model.device import extract
from training_code.recorder.creation import About, counts_of, create_recorder
from training_code.recorder.recorder import NoRecorder, Recorder
from training_code.recorder.settings import RecorderSettings
from training_code.recorder.tensorboard import TensorBoardFile

CLASSES, BATCH, FEATURES = 32, 32, 1280
WARM = 10  # the first step of a training is always looked at; here others are measured
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Work:
    """A training whose steps are measured."""

    name: str
    network: nn.Module
    batch: Tensor
    steps: int  # of one turn; the tensors are looked at once in them
    quick: bool

    def run(self, recorder: Recorder) -> tuple[float, float]:
        """CPU and clock, seconds a step."""
        learning = [p for p in self.network.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(learning, lr=1e-4)
        recorder.begin(self.network, optimizer, WARM, quick=self.quick)
        cpu, clock = time.process_time(), time.perf_counter()
        for images, labels in recorder.batches("train", 1, self._batches()):
            recorder.lap("transfer")
            logits = self.network(images)
            loss = cross_entropy(logits, labels)
            recorder.outcome(loss, logits, labels)
            recorder.lap("forward")
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch's
            recorder.lap("backward")
            optimizer.step()
            recorder.lap("optimizer")
            float(loss.detach())  # as a loop's tally does
        used = time.process_time() - cpu, time.perf_counter() - clock
        recorder.close()
        return used[0] / self.steps, used[1] / self.steps

    def _batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        labels = torch.arange(BATCH) % CLASSES
        for _ in range(self.steps):
            yield self.batch, labels


class Frozen(nn.Module):
    """A backbone in pieces, as the training has it, and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = build_backbone("mobilenet_v2", "none", Path("none")).network
        self.backbone.requires_grad_(False)
        self.head = nn.Linear(FEATURES, CLASSES)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.head(extract(self.backbone, images))
        return logits


def recorder_for(work: Work, folder: Path, settings: RecorderSettings) -> Recorder:
    """As train.py makes it, TensorBoard's events included."""
    about = About(
        program="train",
        workers=0,
        batch_size=BATCH,
        steps_per_epoch=work.steps,
        epochs=1,
        classes=tuple(map(str, range(CLASSES))),
        images={},
    )
    board = TensorBoardFile(folder / "tensorboard")
    counts = counts_of(settings, CPU, about)
    return create_recorder(folder, settings, CPU, counts, board=board)


def compare(work: Work, turns: int, make: Callable[[int], Recorder]) -> None:
    work.run(NoRecorder())  # warms up
    pairs = [(work.run(NoRecorder()), work.run(make(number))) for number in range(turns)]
    for kind, name in enumerate(("CPU", "clock")):
        plain = statistics.median(without[kind] for without, _ in pairs)
        ratio = statistics.median(recorded[kind] / without[kind] for without, recorded in pairs)
        print(f"{work.name}: {1000 * plain:.3f} ms a step by {name}, recorded {ratio - 1:+.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5)
    turns = parser.parse_args().turns
    settings = RecorderSettings(trace=0)
    images, features = torch.randn(BATCH, 3, 224, 224), torch.randn(BATCH, FEATURES)
    on_images = Work("images", Frozen(), images, settings.tensors, quick=False)
    head = nn.Sequential(nn.Dropout(0.2), nn.Linear(FEATURES, CLASSES))
    on_features = Work("features", head, features, settings.quick_tensors, quick=True)
    with tempfile.TemporaryDirectory() as folder:
        for work, times in ((on_features, 10 * turns), (on_images, turns)):

            def make(number: int, work: Work = work) -> Recorder:
                return recorder_for(work, Path(folder) / work.name / str(number), settings)

            compare(work, times, make)
        short = Work("trace", on_images.network, images, 6, quick=False)
        traced = recorder_for(short, Path(folder) / "traced", RecorderSettings(trace=2))
        _, step = short.run(traced)
        plain = short.run(NoRecorder())[1]
        print(f"a trace of two steps takes {6 * (step - plain):.2f} s, once")


if __name__ == "__main__":
    main()
