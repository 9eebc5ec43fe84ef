"""The network of the training: backbone and head. Frozen parts neither learn nor drift."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training_code.job.hyperparameters import Hyperparameters, Trainable
from training_code.model.backbone import Backbone
from training_code.model.device import channels_last, extract
from training_code.model.features import Standardisation
from training_code.model.head import build_head

BACKBONE_PACE = 0.1  # lr was tuned for heads: at that pace a backbone forgets what it knew


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

    def optimizer(self, lr: float, weight_decay: float, eps: float) -> torch.optim.Optimizer:
        """AdamW over what may change; a backbone that learns, too, takes smaller steps."""
        groups = [{"params": list(self.head.parameters()), "lr": lr}]
        if not self.frozen:
            groups.append({"params": list(self.backbone.parameters()), "lr": lr * BACKBONE_PACE})
        return torch.optim.AdamW(groups, weight_decay=weight_decay, eps=eps)

    def exportable(self) -> nn.Sequential:
        """The same as one straight path: a trace must not hold the pieces of `extract`."""
        return nn.Sequential(self.backbone, self.head).eval()


def build_network(
    backbone: Backbone, standardisation: Standardisation, classes: int, used: Hyperparameters
) -> Network:
    """With a head that has not learned anything."""
    head = build_head(
        standardisation, classes, hidden_units=used.hidden_units, dropout=used.dropout
    )
    network = Network(backbone.network, head, used.trainable)
    channels_last(network)
    return network
