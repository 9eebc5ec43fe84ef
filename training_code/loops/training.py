"""The one training loop: of a head on features, of a network on images. Top to bottom.

It knows no SageMaker, no paths, no files.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from training_code.data.feature_batches import Batch
from training_code.job.errors import InputError
from training_code.loops.checkpoints import Checkpoints, NoCheckpoints, State
from training_code.loops.epochs import Best, Epoch
from training_code.loops.metrics import Measurement, Tally, metric_line
from training_code.loops.processes import Processes
from training_code.model.device import quick_arithmetic
from training_code.recorder.debug_hook import DebugHook, NoHook
from training_code.recorder.recorder import NoRecorder, Recorder
from training_code.rules.watcher import Watcher, unwatched

Report = Callable[[str], None]


class TrainingBatches(Protocol):
    """A training split in batches, of which this process sees its share."""

    def __len__(self) -> int:
        """Steps in an epoch."""

    def of_epoch(self, number: int) -> Iterable[Batch]:
        """Shuffled by the number alone: a training that was interrupted sees the same again."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What learns at which pace, for how long, and how much of a batch fits into memory."""

    groups: Sequence[Mapping[str, Any]]  # parameters and their learning rate, as AdamW takes them
    weight_decay: float
    eps: float = 1e-8
    epochs: int
    before: int = 0  # epochs that an earlier stage of the same training has had
    warmup_epochs: float = 0
    images_at_once: int | None = None  # None: a batch is small enough

    def optimizer(self) -> torch.optim.Optimizer:
        """AdamW decays weights apart from the gradient, so both can be searched apart."""
        groups = [dict(group) for group in self.groups]
        return torch.optim.AdamW(groups, weight_decay=self.weight_decay, eps=self.eps)

    def pace(self, progress: float) -> float:
        """Of the learning rate after so many epochs: up along a line, then down along a cosine.

        Down to zero (SGDR, Loshchilov and Hutter 2016): the last epochs settle.
        """
        if progress < self.warmup_epochs:
            return progress / self.warmup_epochs
        share = (progress - self.warmup_epochs) / max(1e-9, self.epochs - self.warmup_epochs)
        return (1 + math.cos(math.pi * min(1.0, share))) / 2


@dataclass
class Training:
    """A network on its way."""

    network: nn.Module
    plan: Plan
    device: torch.device
    report: Report
    keep: Callable[[Sequence[Epoch], Best], None]
    hook: DebugHook = field(default_factory=NoHook)
    recorder: Recorder = field(default_factory=NoRecorder)
    quick: bool = False  # a step takes a millisecond: not each of them is recorded
    checkpoints: Checkpoints = field(default_factory=NoCheckpoints)
    processes: Processes = field(default_factory=Processes)
    watch: Watcher = field(default_factory=unwatched)  # may end it, with its best epoch
    history: list[Epoch] = field(default_factory=list)
    criterion: nn.Module = field(default_factory=nn.CrossEntropyLoss)  # nats, mean over a batch

    def run(
        self, train: TrainingBatches, valid: Iterable[Batch], start: Best | None = None
    ) -> Best:
        """Train for some epochs; the result is the best of them and of `start`, not the last.

        A job that is ended from outside is not told before: `keep` is given each best epoch as it
        comes, with the history up to there.
        """
        network, plan, best = self.network.to(self.device), self.plan, start
        optimizer = plan.optimizer()
        steps = len(train)
        # Once a step, at the pace of its middle.
        schedule = LambdaLR(optimizer, lambda step: plan.pace((step + 0.5) / steps))
        self.hook.register(network, self.criterion)
        state = State(network, optimizer, schedule)
        first = plan.before + 1
        if found := self.checkpoints.restore(state):  # of a training that was interrupted
            self.history[:], best, first = found.history, found.best, found.epoch + 1
            if best:
                self.keep(self.history, best)

        self.recorder.begin(network, optimizer, (first - 1) * steps, quick=self.quick)
        for number in self.watch.epochs(range(first, plan.before + plan.epochs + 1)):
            self.hook.training()
            network.train()  # a frozen backbone stays in evaluation
            tally = Tally()
            batches = self.watch.going_on(train.of_epoch(number))
            for images, labels in self.recorder.batches("train", number, batches):
                # Images [batch, 3, crop, crop] or features [batch, dimension]; labels [batch].
                whole = self.processes.total(len(labels))
                optimizer.zero_grad()
                for part, wanted in self._pieces(images, labels):
                    self.recorder.lap("transfer")
                    with quick_arithmetic(self.device):
                        logits = network(part)  # [piece, classes]
                        loss = self.criterion(logits, wanted)
                    self.recorder.outcome(loss, logits, wanted)
                    self.recorder.lap("forward")
                    # The pieces' gradients add up to that of the mean over the whole batch.
                    (loss * (len(wanted) / whole)).backward()
                    self.recorder.lap("backward")
                    # Summed while the weights change: no measurement of one network.
                    tally.add(logits.detach(), wanted, loss)
                self.processes.add_up_gradients(network)
                optimizer.step()
                self.recorder.lap("optimizer")
                schedule.step()
            learned = self.processes.together(tally).measurement()
            self.report(metric_line("train", number, learned))

            self.hook.evaluating()
            measured = self.measure(self.recorder.batches("valid", number, valid))
            self.watch.measured(number, number * steps, learned.loss, measured.loss)
            if not math.isfinite(learned.loss + measured.loss):
                # What is no number stays none. The line that says so is not a best one.
                self.report(metric_line("valid", number, measured))
                break
            self.history.append(epoch := Epoch(number, learned, measured))
            if best is None or measured.loss < best.epoch.valid.loss:
                # Copied: the optimiser goes on to change these very tensors.
                best = Best(epoch, copy.deepcopy(network.state_dict()))
                self.keep(self.history, best)
            self.report(metric_line("valid", number, measured, best.epoch.valid.loss))
            self.checkpoints.save(state, number, self.history, best)

        if best is None:
            if ended := self.watch.stopped_by:
                raise InputError(f"rule {ended.rule} ended the training: {ended.details}")
            rates = ", ".join(f"{group['lr']:g}" for group in plan.groups)
            raise InputError(f"the loss is no number with lr={rates}: take a smaller one")
        return best

    def begin(self, train: Iterable[Batch], valid: Iterable[Batch]) -> Best:
        """Epoch 0: what the network reaches before it has learned anything here."""
        self.network.to(self.device)
        epoch = Epoch(0, self.measure(train), self.measure(valid))
        self.history.append(epoch)
        self.report(metric_line("train", 0, epoch.train))
        self.report(metric_line("valid", 0, epoch.valid, epoch.valid.loss))
        best = Best(epoch, copy.deepcopy(self.network.state_dict()))
        self.keep(self.history, best)
        return best

    def measure(self, batches: Iterable[Batch]) -> Measurement:
        """Loss and accuracy over a split: sums over images, divided once."""
        self.network.eval()
        tally = Tally()
        with torch.no_grad(), quick_arithmetic(self.device):
            for images, labels in batches:
                for part, wanted in self._pieces(images, labels):
                    self.recorder.lap("transfer")
                    logits = self.network(part)
                    loss = self.criterion(logits, wanted)
                    self.recorder.outcome(loss, logits, wanted)
                    self.recorder.lap("forward")
                    tally.add(logits, wanted, loss)
        return self.processes.together(tally).measurement()

    def _pieces(self, images: Tensor, labels: Tensor) -> Iterable[tuple[Tensor, Tensor]]:
        """What is in memory at a time, on the device; a process may have no image of a batch."""
        size = self.plan.images_at_once or max(1, len(labels))
        for part, wanted in zip(torch.split(images, size), torch.split(labels, size), strict=True):
            if len(wanted):
                yield part.to(self.device), wanted.to(self.device)
