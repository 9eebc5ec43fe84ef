"""The network of the final training: backbone and head. Frozen parts neither learn nor drift."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training_code.backbone import Backbone
from training_code.device import extract
from training_code.head import build_head
from training_code.hyperparameters import Trainable


class Network(nn.Module):
    """Images [n, 3, crop, crop] to logits [n, classes]."""

    def __init__(self, backbone: nn.Module, head: nn.Module, trainable: Trainable) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = head
        self.frozen = trainable == "head"
        self.backbone.requires_grad_(not self.frozen)

    def forward(self, images: Tensor) -> Tensor:
        features = extract(self.backbone, images) if self.frozen else self.backbone(images)
        logits: Tensor = self.head(features)
        return logits

    def train(self, mode: bool = True) -> Network:
        """A frozen backbone stays in evaluation: batch norm would learn statistics all the same."""
        super().train(mode)
        self.backbone.train(mode and not self.frozen)
        return self

    def learning_parameters(self) -> list[nn.Parameter]:
        """What the optimiser may change."""
        return [parameter for parameter in self.parameters() if parameter.requires_grad]

    def exportable(self) -> nn.Sequential:
        """The same as one straight path: a trace must not hold the pieces of `extract`."""
        return nn.Sequential(self.backbone, self.head).eval()


def build_network(
    backbone: Backbone, classes: int, *, hidden_units: int, dropout: float, trainable: Trainable
) -> Network:
    """With a head that has not learned anything."""
    head = build_head(backbone.features, classes, hidden_units=hidden_units, dropout=dropout)
    network = Network(backbone.network, head, trainable)
    return network.to(memory_format=torch.channels_last)
