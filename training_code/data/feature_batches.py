"""Batches of the cached feature vectors: augmentation without images."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from training_code.model.features import FeatureSet

# Images [n, 3, crop, crop] or features [n, dimension], and labels [n].
Batch = tuple[Tensor, Tensor]
# Of the generator of an epoch's order: seeds of two trainings must not meet in their epochs.
EPOCHS_APART = 100_003


def order_of_epoch(seed: int, epoch: int) -> torch.Generator:
    """Of seed and epoch alone: what was interrupted sees the same order again."""
    return torch.Generator().manual_seed(seed * EPOCHS_APART + epoch)


class FeatureBatches:
    """The training split: in each epoch another order, and another view of each image."""

    def __init__(self, split: FeatureSet, batch_size: int, seed: int) -> None:
        # All in memory: 6,680 images x 4 views x 2,048 numbers of 4 bytes are 219 MB.
        self.features = torch.from_numpy(split.features)  # [n, views, dimension], float32
        self.labels = torch.from_numpy(split.labels)  # [n], int64, positions among the classes
        self.batch_size, self.seed = batch_size, seed

    def __len__(self) -> int:
        return math.ceil(len(self.labels) / self.batch_size)

    def of_epoch(self, number: int) -> Iterator[Batch]:
        generator = order_of_epoch(self.seed, number)
        order = torch.randperm(len(self.labels), generator=generator)  # [n]
        for rows in torch.split(order, self.batch_size):
            views = torch.randint(self.features.shape[1], rows.shape, generator=generator)
            yield self.features[rows, views], self.labels[rows]


def plain_batch(split: FeatureSet) -> list[Batch]:
    """The plain view of each image, all of them in one batch."""
    return [(torch.from_numpy(split.features[:, 0]), torch.from_numpy(split.labels))]
