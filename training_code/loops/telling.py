"""Says from time to time how far a pass over many photos is: `train 12/209 batches`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from training_code.data.feature_batches import Batch
from training_code.loops.training import TrainingBatches

EVERY_SECONDS = 5.0  # a log that is read by people and paid by the byte


@dataclass(frozen=True)
class TellingBatches:
    """A training split, told of within each epoch."""

    batches: TrainingBatches
    report: Callable[[str], None]
    every: float = EVERY_SECONDS

    def __len__(self) -> int:
        return len(self.batches)

    def of_epoch(self, number: int) -> Iterator[Batch]:
        epoch = self.batches.of_epoch(number)
        return told(epoch, "train", len(self), "batches", self.report, every=self.every)


def told(
    batches: Iterable[Batch],
    work: str,
    total: int,
    unit: str,
    report: Callable[[str], None],
    *,
    every: float = EVERY_SECONDS,
) -> Iterator[Batch]:
    """The same batches; of what is over within `every` seconds nothing is said."""
    done, last = 0, time.monotonic()
    for batch in batches:
        yield batch
        done += 1 if unit == "batches" else len(batch[1])
        if (now := time.monotonic()) - last >= every:
            last = now
            report(f"{work} {done}/{total} {unit}")
