"""The classifier that is trained on top of the backbone's features."""

from __future__ import annotations

from torch import nn


def build_head(features: int, classes: int, *, hidden_units: int, dropout: float) -> nn.Module:
    """A linear layer, or one hidden layer before it. Dropout is there even at 0: same names."""
    if hidden_units == 0:
        return nn.Sequential(nn.Dropout(dropout), nn.Linear(features, classes))
    return nn.Sequential(
        nn.Dropout(dropout),
        nn.Linear(features, hidden_units),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(hidden_units, classes),
    )
