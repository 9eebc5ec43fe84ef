"""What a network says of a split, pass by pass: once through the backbone, whatever the heads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training_code.data.feature_batches import Batch
from training_code.model.device import extract


@dataclass(frozen=True)
class SeenFeatures:
    """Of real images: features [n, 1, dimension], or [n, 2, dimension] with mirror images."""

    features: Tensor
    labels: Tensor  # [n]

    def logits(self, head: nn.Module) -> Tensor:
        """[n, classes], averaged over an image and its mirror image, as the served model does."""
        head.to("cpu").eval()
        with torch.no_grad():
            logits: Tensor = head(self.features.flatten(0, 1))
        return logits.reshape(len(self.labels), -1, logits.shape[1]).mean(dim=1)


def features_of(
    backbone: nn.Module, batches: Iterable[Batch], device: torch.device, *, mirror: bool
) -> SeenFeatures:
    """In float32 on any device, as the exported network computes it."""
    backbone.to(device).eval()
    features, labels = [], []
    for images, batch_labels in batches:
        seen = [images, images.flip(3)] if mirror else [images]
        passes = [extract(backbone, part.to(device)).cpu() for part in seen]
        features.append(torch.stack(passes, dim=1))
        labels.append(batch_labels)
    return SeenFeatures(torch.cat(features), torch.cat(labels))
