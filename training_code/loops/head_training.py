"""Trains a head on feature vectors: the loop of a tuning trial, without SageMaker and paths."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim.lr_scheduler import CosineAnnealingLR

from training_code.job.errors import InputError
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.metrics import Measurement, Tally, is_better, metric_line
from training_code.model.features import FeatureSet
from training_code.model.head import build_head


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
) -> TrialResult:
    """Train for some epochs; `keep` is given each that has the least validation loss so far.

    A trial that is ended from outside is not told before: what was not kept by then is lost.
    """
    # Weights, order of images and views all come from this seed, drawn on the CPU.
    generator = torch.Generator().manual_seed(hyperparameters.seed)
    torch.manual_seed(hyperparameters.seed)
    # All in memory: 6,680 images x 4 views x 2,048 numbers of 4 bytes are 219 MB.
    features = torch.from_numpy(train.features)  # [n, views, dimension], float32
    labels = torch.from_numpy(train.labels)  # [n], int64, positions among the classes
    head = build_head(
        train.standardisation(),
        classes,
        hidden_units=hyperparameters.hidden_units,
        dropout=hyperparameters.dropout,
    )
    # AdamW decays weights apart from the gradient, so lr and weight decay are searched apart.
    optimizer = torch.optim.AdamW(
        head.parameters(),
        lr=hyperparameters.lr,
        weight_decay=hyperparameters.weight_decay,
        eps=hyperparameters.eps,
    )
    # Down to zero along a cosine, as in the training: the last epochs settle.
    schedule = CosineAnnealingLR(optimizer, hyperparameters.epochs)
    best: TrialResult | None = None
    for epoch in range(1, hyperparameters.epochs + 1):
        head.train()
        tally = Tally()
        order = torch.randperm(len(labels), generator=generator)  # [n]
        for rows in torch.split(order, hyperparameters.batch_size):
            # Each epoch sees another view of each image: augmentation without images.
            views = torch.randint(features.shape[1], rows.shape, generator=generator)  # [batch]
            logits = head(features[rows, views])  # [batch, classes]
            loss = cross_entropy(logits, labels[rows])  # nats, the mean over the batch
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch's
            optimizer.step()
            tally.add(logits, labels[rows], loss)
        schedule.step()  # once an epoch
        report(metric_line("train", epoch, tally.measurement()))

        measured = _evaluate_head(head, valid)
        if is_better(measured.loss, best.valid.loss if best else math.inf):
            # Copied: the optimiser goes on to change these very tensors.
            best = TrialResult(copy.deepcopy(head.state_dict()), epoch, measured)
            keep(best)
        # The tuner takes the last value that it sees: only the best loss so far never rises.
        report(metric_line("valid", epoch, measured, best.valid.loss if best else math.inf))
    if best is None:
        raise InputError(f"the loss is no number with lr={hyperparameters.lr}: take a smaller one")
    return best


def _evaluate_head(head: nn.Module, split: FeatureSet) -> Measurement:
    """On the plain view of each image, all of them in one batch."""
    head.eval()
    tally = Tally()
    labels = torch.from_numpy(split.labels)
    with torch.inference_mode():
        logits = head(torch.from_numpy(split.features[:, 0]))  # [n, classes]
        tally.add(logits, labels, cross_entropy(logits, labels))
    return tally.measurement()
