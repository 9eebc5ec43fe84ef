"""The loss and accuracy curves of a training as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from training_code.loops.epochs import Epoch
from training_code.loops.metrics import Measurement


def draw_curves(history: Sequence[Epoch], best: Epoch, test: Measurement, path: Path) -> None:
    """Training and validation per epoch; the test split, measured once, as one point."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    FigureCanvasAgg(figure)  # draws without a screen, and without matplotlib's global state
    left, right = figure.subplots(1, 2)
    numbers = [epoch.number for epoch in history]
    _draw(left, numbers, [e.train.loss for e in history], [e.valid.loss for e in history])
    _draw(right, numbers, [e.train.accuracy for e in history], [e.valid.accuracy for e in history])
    left.plot([best.number], [test.loss], "r*", markersize=11, label="test, best epoch")
    right.plot([best.number], [test.accuracy], "r*", markersize=11, label="test, best epoch")
    left.set_ylabel("cross-entropy loss")
    right.set_ylabel("accuracy")
    right.set_ylim(0, 1.02)
    for axes in (left, right):
        axes.axvline(best.number, color="grey", linestyle=":", linewidth=1)
        axes.legend()
    figure.savefig(path, dpi=110)


def _draw(
    axes: Axes, numbers: Sequence[int], train: Sequence[float], valid: Sequence[float]
) -> None:
    axes.plot(numbers, train, marker="o", markersize=3, label="training (augmented)")
    axes.plot(numbers, valid, marker="o", markersize=3, label="validation")
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
