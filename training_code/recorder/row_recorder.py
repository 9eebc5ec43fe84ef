"""The recorder that writes rows. What it takes itself is no part of a step's seconds."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

import torch
from torch import Tensor, nn

from training_code.recorder.classes import ClassTally
from training_code.recorder.layers import LayerWatch
from training_code.recorder.machine import Sampler
from training_code.recorder.own_time import OwnTime
from training_code.recorder.parameters import ParameterWatch
from training_code.recorder.recorder import Batch, Part
from training_code.recorder.row_files import RowFile, RowFiles
from training_code.recorder.rows import (
    Collection,
    Phase,
    Row,
    Statistics,
    StepRow,
    StepSeconds,
    TensorRow,
)
from training_code.recorder.settings import RecorderSettings
from training_code.recorder.trace import Trace


@dataclass
class _Step:
    """The step that is under way, if a row is to tell of it."""

    data: float  # seconds
    tensors: bool
    traced: bool
    lr: tuple[float, ...]  # a schedule may change it before the step has ended
    seconds: dict[Part, float] = field(default_factory=dict)
    loss: float = 0.0  # summed over images
    images: int = 0

    def add(self, loss: Tensor, images: int) -> None:
        self.loss += loss.item() * images
        self.images += images


class RowRecorder:
    """Of one process; with several, the first one alone records."""

    def __init__(
        self, files: RowFiles, settings: RecorderSettings, trace: Trace, device: torch.device
    ) -> None:
        self._files, self._settings, self._trace, self._device = files, settings, trace, device
        self._paced = settings
        self._began = perf_counter()
        self._sampler = Sampler(self._system_seconds, self._clock, self._append)
        self._lock = threading.Lock()  # the sampler's thread appends, too
        self._own = OwnTime()
        self._watches: list[ParameterWatch | LayerWatch] = []
        self._optimizer: torch.optim.Optimizer | None = None
        self._made = self._epoch = 0
        self._phase: Phase = "train"
        self._step: _Step | None = None
        self._mark = 0.0  # when the part that is under way began
        self._tally = ClassTally()

    def begin(
        self,
        network: nn.Module,
        optimizer: torch.optim.Optimizer,
        steps_made: int = 0,
        *,
        quick: bool = False,
    ) -> None:
        wanted, self._paced = self._settings.collections, self._settings.paced(quick=quick)
        self._optimizer, self._made = optimizer, max(self._made, steps_made)
        self._trace.begin(self._made)
        self._watches = [
            ParameterWatch(network, optimizer, wanted, self._tell_tensor, self._own),
            LayerWatch(network, wanted, self._tell_tensor, self._own),
        ]
        self._sampler.start()

    def batches(self, phase: Phase, epoch: int, batches: Iterable[Batch]) -> Iterator[Batch]:
        self._phase, self._epoch, self._tally = phase, epoch, ClassTally()
        waiting = iter(batches)
        for number in count(1):
            asked = perf_counter()
            batch = next(waiting, None)
            if batch is None:
                break
            self._begin_step(number, perf_counter() - asked)
            yield batch
            self._end_step()
        for collection, found in self._tally.statistics():
            if collection in self._settings.collections:
                self._tell_tensor(collection, collection, found)

    def lap(self, part: Part) -> None:
        if self._step is None:
            return
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)  # what was only asked for is not done yet
        spent = perf_counter() - self._mark - self._own.take()
        self._step.seconds[part] = self._step.seconds.get(part, 0.0) + spent
        self._mark = perf_counter()

    def outcome(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        if self._step:
            self._own.of(self._step.add)(loss, len(labels))
            self._own.of(self._tally.add)(logits, labels)

    def close(self) -> None:
        self._trace.close()
        self._sampler.stop()
        self._files.close()

    def _begin_step(self, number: int, data: float) -> None:
        """Number counts the steps of a pass; those of the training go on from pass to pass."""
        learns = self._phase == "train"
        self._made += learns
        step = self._made if learns else number
        self._step = None  # of a pass that was broken off
        tensors = learns and self._due(step, self._paced.tensors, self._files.tensors)
        traced = learns and self._trace.begin_step(step)
        if tensors or traced or self._due(step, self._paced.steps, self._files.steps):
            self._step = _Step(data, tensors, traced, self._rates() if learns else ())
        if tensors:
            for watch in self._watches:
                watch.attach()
        self._own.take()
        self._mark = perf_counter()

    def _due(self, step: int, interval: int, file: RowFile) -> bool:
        """The first step, and each so many."""
        return interval > 0 and (step == 1 or step % (interval * file.thinning) == 0)

    def _end_step(self) -> None:
        if self._phase == "train":
            self._trace.end_step(self._made)
        if self._step is None:
            return
        if self._step.tensors:
            for watch in self._watches:
                watch.detach()
        self._append(self._row_of(self._step))
        self._step = None

    def _row_of(self, step: _Step) -> StepRow:
        return StepRow(
            step=self._made,
            epoch=self._epoch,
            phase=self._phase,
            time=round(self._clock(), 4),
            loss=step.loss / step.images if step.images else math.nan,
            lr=step.lr,
            images=step.images,
            seconds=StepSeconds(
                data=round(step.data, 6),
                **{part: round(spent, 6) for part, spent in step.seconds.items()},
            ),
            traced=step.traced,
        )

    def _rates(self) -> tuple[float, ...]:
        groups = self._optimizer.param_groups if self._optimizer else []
        return tuple(float(group["lr"]) for group in groups)

    def _tell_tensor(self, collection: Collection, name: str, found: Statistics) -> None:
        self._append(
            TensorRow(
                step=self._made,
                epoch=self._epoch,
                phase=self._phase,
                collection=collection,
                name=name,
                stats=found,
            )
        )

    def _append(self, row: Row) -> None:
        with self._lock:
            self._files.append(row)

    def _clock(self) -> float:
        return perf_counter() - self._began

    def _system_seconds(self) -> float:
        return self._settings.system_ms / 1000 * self._files.system.thinning
