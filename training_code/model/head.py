"""The classifier that is trained on top of the backbone's features."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training_code.model.features import Standardisation


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
    layers = [Standardise(standardisation), nn.Dropout(dropout)]
    if hidden_units:
        hidden = nn.Linear(features, hidden_units)
        layers += [hidden, nn.ReLU(), nn.Dropout(dropout)]
        features = hidden_units
    last = nn.Linear(features, classes)
    # With fewer images than features, what random weights add in directions that no image has is
    # never unlearned: from zero there is nothing to unlearn, and the first loss is ln(classes).
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(*layers, last)
