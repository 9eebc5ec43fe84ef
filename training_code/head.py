"""The classifier that is trained on top of the backbone's features."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training_code.features import Standardisation


class Standardise(nn.Module):
    """Features [n, dimension] to mean 0 and deviation 1. It learns nothing, but travels along."""

    def __init__(self, numbers: Standardisation) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(numbers.mean))
        self.register_buffer("scale", torch.from_numpy(numbers.scale))

    def forward(self, features: Tensor) -> Tensor:
        return (features - self.get_buffer("mean")) * self.get_buffer("scale")


def build_head(
    standardisation: Standardisation, classes: int, *, hidden_units: int, dropout: float
) -> nn.Module:
    """A linear layer, or one hidden layer before it. Dropout is there even at 0: same names."""
    features = len(standardisation.mean)
    first = (Standardise(standardisation), nn.Dropout(dropout))
    if hidden_units == 0:
        return nn.Sequential(*first, nn.Linear(features, classes))
    return nn.Sequential(
        *first,
        nn.Linear(features, hidden_units),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(hidden_units, classes),
    )
