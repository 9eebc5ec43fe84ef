"""The training loop. Top to bottom; it knows no SageMaker, no paths, no files."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import CosineAnnealingLR

from training_code.data.photo_loading import Batch
from training_code.job.errors import InputError
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.metrics import Measurement, Tally, is_better, metric_line
from training_code.model.network import Network
from training_code.recorder.debug_hook import DebugHook

Report = Callable[[str], None]


@dataclass(frozen=True)
class Epoch:
    """What one epoch reached."""

    number: int
    train: Measurement
    valid: Measurement


@dataclass(frozen=True)
class Best:
    """The epoch with the least validation loss, and the weights at its end."""

    epoch: Epoch
    weights: dict[str, Tensor]


@dataclass
class Training:
    """A network on its way."""

    network: Network
    hyperparameters: Hyperparameters
    device: torch.device
    hook: DebugHook
    keep: Callable[[Sequence[Epoch], Best], None]
    report: Report
    history: list[Epoch] = field(default_factory=list)

    def run(self, train: Iterable[Batch], valid: Iterable[Batch]) -> Best:
        """Train for some epochs; the result is the best of them, not the last.

        A job that is ended from outside is not told before: `keep` is given each best epoch as it
        comes, with the history up to there.
        """
        network, hyperparameters = self.network.to(self.device), self.hyperparameters
        criterion = nn.CrossEntropyLoss()  # nats, the mean over a batch
        optimizer = network.optimizer(
            hyperparameters.lr, hyperparameters.weight_decay, hyperparameters.eps
        )
        # Down to zero along a cosine (SGDR, Loshchilov and Hutter 2016): the last epochs settle.
        schedule = CosineAnnealingLR(optimizer, hyperparameters.epochs)
        self.hook.register(network, criterion)
        best: Best | None = None

        for number in range(1, hyperparameters.epochs + 1):
            self.hook.training()
            network.train()  # a frozen backbone stays in evaluation
            tally = Tally()
            for images, labels in train:
                # Images [batch, 3, crop, crop], normalised; labels [batch], positions of classes.
                images, labels = images.to(self.device), labels.to(self.device)
                logits = network(images)  # [batch, classes]
                loss = criterion(logits, labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                # Summed over images while the weights change: no measurement of one network.
                tally.add(logits.detach(), labels, loss)
            schedule.step()
            self.report(metric_line("train", number, tally.measurement()))

            self.hook.evaluating()
            measured = _evaluate(network, criterion, valid, self.device)
            epoch = Epoch(number, tally.measurement(), measured)
            self.history.append(epoch)
            if is_better(measured.loss, best.epoch.valid.loss if best else math.inf):
                # Copied: the optimiser goes on to change these very tensors.
                best = Best(epoch, copy.deepcopy(network.state_dict()))
                self.keep(self.history, best)
            # A loss that is no number is never better: there may be no best epoch yet.
            least = best.epoch.valid.loss if best else math.inf
            self.report(metric_line("valid", number, measured, least))

        self.hook.close()
        if best is None:
            raise InputError(f"the loss is no number with lr={hyperparameters.lr}: take a smaller")
        return best


def _evaluate(
    network: nn.Module, criterion: nn.Module, batches: Iterable[Batch], device: torch.device
) -> Measurement:
    """Loss and accuracy over a split: sums over images, divided once."""
    network.eval()
    tally = Tally()
    with torch.no_grad():
        for images, labels in batches:
            images, labels = images.to(device), labels.to(device)
            logits = network(images)
            tally.add(logits, labels, criterion(logits, labels))
    return tally.measurement()


def logits_of(
    network: nn.Module, batches: Iterable[Batch], device: torch.device
) -> tuple[Tensor, Tensor]:
    """All logits [n, classes] and labels [n] of a split, on the CPU."""
    network.eval()
    logits, labels = [], []
    with torch.no_grad():
        for images, batch_labels in batches:
            logits.append(network(images.to(device)).cpu())
            labels.append(batch_labels)
    return torch.cat(logits), torch.cat(labels)
