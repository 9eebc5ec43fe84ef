"""How often each class is met, predicted and missed: what a rule about imbalance needs."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from training_code.recorder.rows import Collection, Statistics


class ClassTally:
    """Over the steps of a pass of which rows tell."""

    def __init__(self) -> None:
        self._labels: Tensor | None = None
        self._predicted: Tensor | None = None
        self._wrong: Tensor | None = None

    def add(self, logits: Tensor, labels: Tensor) -> None:
        """Logits [n, classes] and labels [n]."""
        predicted = logits.detach().argmax(dim=1)
        if self._labels is None or self._predicted is None or self._wrong is None:
            self._labels, self._predicted, self._wrong = torch.zeros(
                3, logits.shape[1], dtype=torch.int64, device=labels.device
            ).unbind()
        one = torch.ones_like(labels)
        self._labels.index_add_(0, labels, one)
        self._predicted.index_add_(0, predicted, one)
        self._wrong.index_add_(0, labels, (predicted != labels).to(torch.int64))

    def statistics(self) -> Iterator[tuple[Collection, Statistics]]:
        """None of a pass without a step."""
        if self._labels is None or self._predicted is None or self._wrong is None:
            return
        yield "labels", Statistics(counts=tuple(self._labels.tolist()))
        yield (
            "predictions",
            Statistics(counts=tuple(self._predicted.tolist()), wrong=tuple(self._wrong.tolist())),
        )
