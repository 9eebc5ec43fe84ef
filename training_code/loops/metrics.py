"""Loss and accuracy, and the one format in which they are printed."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Measurement:
    """Of one pass over a split: means over images, never over batches."""

    loss: float
    accuracy: float
    images: int


@dataclass
class Tally:
    """Sums over images; divided once, at the end of the pass."""

    loss: float = 0.0
    correct: int = 0
    images: int = 0

    def add(self, logits: Tensor, labels: Tensor, mean_loss: Tensor) -> None:
        """Count a batch [n, classes]; the last batch of a pass may be smaller than the others."""
        self.loss += mean_loss.item() * len(labels)
        self.correct += int((logits.argmax(dim=1) == labels).sum())
        self.images += len(labels)

    def measurement(self) -> Measurement:
        return Measurement(self.loss / self.images, self.correct / self.images, self.images)


def metric_line(
    split: str, epoch: int, measured: Measurement, best_loss: float | None = None
) -> str:
    """What the metric expressions of the training job read: `valid epoch=3 loss=0.8123 ...`."""
    line = f"{split} epoch={epoch} loss={measured.loss:.6f} accuracy={measured.accuracy:.6f}"
    # An infinite best loss would not match: a trial that never learned must not look measured.
    return line if best_loss is None else f"{line} best_loss={best_loss:.6f}"
