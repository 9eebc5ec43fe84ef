"""All rows of a training so far, in the orders in which rules ask for them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from training_code.recorder.rows import (
    Collection,
    Counts,
    Phase,
    Row,
    StepRow,
    SystemRow,
    TensorRow,
)

# Images of each class: counted, they are no tensors of the network.
COUNTED: frozenset[Collection] = frozenset({"labels", "predictions"})


@dataclass(frozen=True)
class EpochLoss:
    """Mean over the images of a phase of an epoch that has ended, and the step of its end."""

    epoch: int
    step: int
    loss: float


@dataclass
class History:
    """Grows row by row; rules only look."""

    counts: Counts | None = None
    ended: int = 0  # epochs
    size: int = 0  # rows
    steps: dict[Phase, list[StepRow]] = field(default_factory=lambda: defaultdict(list))
    tensors: dict[Collection, dict[str, list[TensorRow]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    system: list[SystemRow] = field(default_factory=list)
    measured: dict[Phase, list[EpochLoss]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: Row) -> None:
        self.size += 1
        match row:
            case StepRow():
                self.steps[row.phase].append(row)
            case TensorRow():
                self.tensors[row.collection][row.name].append(row)
            case SystemRow():
                self.system.append(row)

    @property
    def step(self) -> int:
        """The last one of the training."""
        train = self.steps["train"]
        return train[-1].step if train else 0

    def epoch_losses(self, phase: Phase) -> list[EpochLoss]:
        """Of each epoch that has ended: half an epoch is not compared with a whole one.

        As the loop has measured it, if it has; not each of its steps need have a row.
        """
        if self.measured[phase]:
            return self.measured[phase]
        rows: dict[int, list[StepRow]] = defaultdict(list)
        for row in self.steps[phase]:
            if 1 <= row.epoch <= self.ended:
                rows[row.epoch].append(row)
        return [
            EpochLoss(
                epoch,
                some[-1].step,
                sum(row.loss * row.images for row in some) / sum(row.images for row in some),
            )
            for epoch, some in sorted(rows.items())
        ]

    def rows_of(
        self, collections: str | None = None, tensors: str | None = None
    ) -> Iterator[tuple[str, list[TensorRow]]]:
        """Name and rows of each tensor of some collections (a,b) whose name has the expression.

        Its name is that of SageMaker: the layer's path, then the collection.
        """
        wanted = collections.split(",") if collections else set(self.tensors) - COUNTED
        for collection in sorted(set(self.tensors) & {name.strip() for name in wanted}):
            for layer, rows in self.tensors[collection].items():
                name = f"{layer}.{collection}"
                if tensors is None or re.search(tensors, name):
                    yield name, rows
