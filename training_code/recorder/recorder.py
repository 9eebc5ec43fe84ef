"""What a training loop tells about itself, step by step; and the twin that hears nothing.

Gradients, updates and activations need no word from the loop: hooks of the optimiser and of the
layers see them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, Protocol, TypeVar

import torch
from torch import Tensor, nn

from training_code.recorder.rows import Phase

Batch = TypeVar("Batch")
Part = Literal["transfer", "forward", "backward", "optimizer"]


class Recorder(Protocol):
    """A loop says which part of a step has just ended; waiting for data is measured here."""

    def begin(
        self,
        network: nn.Module,
        optimizer: torch.optim.Optimizer,
        steps_made: int = 0,
        *,
        quick: bool = False,
    ) -> None:
        """Before the first step of each stage; with how many steps have been made before.

        Quick: they take a millisecond, so that not each of them can be told of.
        """

    def batches(self, phase: Phase, epoch: int, batches: Iterable[Batch]) -> Iterator[Batch]:
        """The batches of one pass, each a step that ends when the next one is asked for."""
        ...

    def lap(self, part: Part) -> None:
        """This part of the step has ended; a batch in pieces has each part several times."""

    def outcome(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Of a batch or a piece of one: its mean loss, logits [n, classes] and labels [n]."""

    def close(self) -> None:
        """No more steps."""


class NoRecorder:
    """Nobody asked: the loop runs as if it told nothing."""

    def begin(
        self,
        network: nn.Module,
        optimizer: torch.optim.Optimizer,
        steps_made: int = 0,
        *,
        quick: bool = False,
    ) -> None:
        pass

    def batches(self, phase: Phase, epoch: int, batches: Iterable[Batch]) -> Iterator[Batch]:  # noqa: ARG002  # as a recorder's
        return iter(batches)

    def lap(self, part: Part) -> None:
        pass

    def outcome(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        pass

    def close(self) -> None:
        pass
