"""Trains a head on feature vectors: what a tuning trial does, without SageMaker and paths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training_code.data.feature_batches import FeatureBatches, plain_batch
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.epochs import Best, Epoch
from training_code.loops.metrics import Measurement
from training_code.loops.training import Plan, Training
from training_code.model.features import FeatureSet
from training_code.model.head import build_head
from training_code.recorder.recorder import NoRecorder, Recorder
from training_code.rules.watcher import Watcher, unwatched


@dataclass(frozen=True)
class TrialResult:
    """The head of the best epoch, and what it reached on the validation split."""

    weights: dict[str, Tensor]
    epoch: int
    valid: Measurement


def train_head(
    train: FeatureSet,
    valid: FeatureSet,
    classes: int,
    hyperparameters: Hyperparameters,
    keep: Callable[[TrialResult], None],
    report: Callable[[str], None] = print,
    recorder: Recorder | None = None,
    watch: Watcher | None = None,
) -> TrialResult:
    """Train for some epochs; `keep` is given each that has the least validation loss so far.

    A trial that is ended from outside is not told before: what was not kept by then is lost.
    """

    def kept(_: Sequence[Epoch], best: Best) -> None:
        keep(_result(best))

    # Weights and dropout; the order of images and views has generators of its own.
    torch.manual_seed(hyperparameters.seed)
    head = build_head(
        train.standardisation(),
        classes,
        hidden_units=hyperparameters.hidden_units,
        dropout=hyperparameters.dropout,
    )
    told = recorder or NoRecorder()
    plan = plan_of(head, hyperparameters)
    training = Training(head, plan, CPU, report, kept, recorder=told, quick=True)
    training.watch = watch or unwatched()
    batches = FeatureBatches(train, hyperparameters.batch_size, hyperparameters.seed)
    return _result(training.run(batches, plain_batch(valid)))


CPU = torch.device("cpu")  # matrices of a head are too small for anything else


def plan_of(head: nn.Module, used: Hyperparameters) -> Plan:
    """A head alone, at one pace."""
    groups = [{"params": list(head.parameters()), "lr": used.lr}]
    return Plan(groups=groups, weight_decay=used.weight_decay, eps=used.eps, epochs=used.epochs)


def _result(best: Best) -> TrialResult:
    return TrialResult(best.weights, best.epoch.number, best.epoch.valid)
