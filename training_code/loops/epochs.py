"""What an epoch reached, and the best of them."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from training_code.loops.metrics import Measurement


@dataclass(frozen=True)
class Epoch:
    """Number 0 is what the training started from."""

    number: int
    train: Measurement
    valid: Measurement


@dataclass(frozen=True)
class Best:
    """The epoch with the least validation loss, and the weights at its end."""

    epoch: Epoch
    weights: dict[str, Tensor]
