"""The network of the training: backbone and head. Frozen parts neither learn nor drift."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from training_code.job.hyperparameters import Trainable
from training_code.model.device import channels_last, extract

LEAST_SHARE = 0.1  # of the backbone's parameters: a last norm alone would be no block
MOST_SHARE = 0.8  # what holds more of them is a container of blocks


class Network(nn.Module):
    """Images [n, 3, crop, crop] to logits [n, classes]."""

    def __init__(self, backbone: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = head
        self.free("head")
        channels_last(self)

    def free(self, trainable: Trainable) -> None:
        """Which layers may learn from here on."""
        self.frozen = trainable == "head"
        self.backbone.requires_grad_(trainable == "all")
        if trainable == "last_block":
            for block in last_block(self.backbone):
                block.requires_grad_(True)

    def forward(self, images: Tensor) -> Tensor:
        features = extract(self.backbone, images) if self.frozen else self.backbone(images)
        logits: Tensor = self.head(features)
        return logits

    def train(self, mode: bool = True) -> Network:
        """The backbone stays in evaluation, also where its layers learn.

        Batch norm would take its statistics from a few small batches in place of ImageNet's, and
        a batch in pieces, or in several processes, would be another one than in one piece.
        """
        super().train(mode)
        self.backbone.eval()
        return self

    def groups(self, lr: float, backbone_lr: float) -> list[dict[str, Any]]:
        """What may learn, and how fast; at the pace of a head a backbone forgets what it knew."""
        learning = [p for p in self.backbone.parameters() if p.requires_grad]
        groups = [{"params": list(self.head.parameters()), "lr": lr}]
        return [*groups, {"params": learning, "lr": backbone_lr}] if learning else groups


class Served(nn.Module):
    """The same as one straight path: a trace must not hold the pieces of `extract`."""

    def __init__(self, network: Network, *, mirror: bool) -> None:
        super().__init__()
        self.network = nn.Sequential(network.backbone, network.head)
        self.mirror = mirror
        self.eval()

    def forward(self, images: Tensor) -> Tensor:
        if not self.mirror:
            plain: Tensor = self.network(images)
            return plain
        # Both in one pass: in two, the exported graph would hold all weights twice.
        both = self.network(torch.cat([images, images.flip(3)]))  # [2 n, classes]
        averaged: Tensor = both.reshape(2, -1, both.shape[1]).mean(dim=0)
        return averaged


def last_block(backbone: nn.Module) -> Sequence[nn.Module]:
    """The last modules, and as many before them as it takes to be a block: ResNet's `layer4`."""
    everything = _size(backbone)
    tail: list[nn.Module] = []
    within = backbone
    while True:
        for child in reversed([child for child in within.children() if _size(child)]):
            tail.append(child)
            if sum(map(_size, tail)) >= LEAST_SHARE * everything:
                break
        within = tail[-1]
        if _size(within) <= MOST_SHARE * everything or not any(map(_size, within.children())):
            return tail
        tail.pop()


def _size(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())
