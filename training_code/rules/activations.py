"""Rules over what layers give and take."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import ClassVar

from training_code.recorder.rows import Statistics, StepRow, TensorRow
from training_code.rules.history import History
from training_code.rules.rule import Verdict


@dataclass(frozen=True, kw_only=True)
class DeadRelu:
    """Most units of a ReLU layer are woken by (almost) no image of the batch."""

    tensor_regex: str = ".*relu_output"
    threshold_layer: float = 50.0  # percent

    def judge(self, seen: History) -> Verdict | None:
        rows = seen.rows_of("relu_output", self.tensor_regex)
        found = _percents(rows, lambda stats: stats.inactive_share)
        return _worst(found, self.threshold_layer, "of the units are dead")


@dataclass(frozen=True, kw_only=True)
class SaturatedActivation:
    """Most units of a tanh or sigmoid layer are at their limits, where no gradient passes."""

    tensor_regex: str = ".*tanh_input|.*sigmoid_input"
    threshold_layer: float = 50.0  # percent

    def judge(self, seen: History) -> Verdict | None:
        rows = seen.rows_of("tanh_input,sigmoid_input", self.tensor_regex)
        found = _percents(rows, lambda stats: stats.saturated_share)
        return _worst(found, self.threshold_layer, "of the units are saturated")


def _percents(
    tensors: Iterable[tuple[str, list[TensorRow]]], share_of: Callable[[Statistics], float | None]
) -> list[tuple[float, int, str]]:
    """The share of each row that has one, in percent, with its step and layer."""
    return [
        (100 * share, row.step, name)
        for name, rows in tensors
        for row in rows
        if (share := share_of(row.stats)) is not None
    ]


def _worst(found: Sequence[tuple[float, int, str]], threshold: float, what: str) -> Verdict | None:
    """The first row over the threshold, else the largest."""
    if not found:
        return None
    over = [one for one in found if one[0] > threshold]
    percent, step, name = min(over, key=lambda one: one[1]) if over else max(found)
    layer = name.rpartition(".")[0]
    sentence = f"{layer}: {percent:.0f} % {what}; up to {threshold:g} % are sound"
    return Verdict(bool(over), step, sentence, {"percent": percent})


@dataclass(frozen=True, kw_only=True)
class PoorWeightInitialization:
    """The first steps bring nothing, or begin far worse than guessing with uneven layers.

    Layers of pretrained networks differ by orders of magnitude and learn well, so that
    unevenness alone says nothing.
    """

    activation_inputs_regex: str = ".*relu_input"
    threshold: float = 10.0
    distribution_range: float = 0.001
    patience: int = 5
    steps: int = 10

    FAR_FROM_GUESSING: ClassVar[float] = 2.0  # times ln(classes)
    LEAST_FALL: ClassVar[float] = 0.1  # percent, as of LossNotDecreasing

    def judge(self, seen: History) -> Verdict | None:
        first = seen.steps["train"][: self.steps]
        if len(first) < self.steps or not all(math.isfinite(row.loss) for row in first):
            return None
        fall, last = _fall(first, self.patience), first[-1].step
        ratio = _variance_ratio(_early(seen.rows_of(None, self.activation_inputs_regex), last))
        narrowest = _narrowest(_early(seen.rows_of("gradients"), last))
        uneven = ratio > self.threshold or narrowest < self.distribution_range
        guessing = math.log(len(seen.counts.classes)) if seen.counts else math.inf
        far = first[0].loss > self.FAR_FROM_GUESSING * guessing
        numbers = {
            "fall_percent": fall,
            "first_loss": first[0].loss,
            "variance_ratio": ratio,
            "gradient_range": narrowest,
        }
        return Verdict(
            fall < self.LEAST_FALL or (uneven and far),
            last,
            f"the loss began at {first[0].loss:.4f} and fell by {fall:.2f} % within the first "
            f"{self.steps} steps; variances of what ReLUs are given differ {ratio:.3g} times",
            {name: value for name, value in numbers.items() if math.isfinite(value)},
        )


def _early(tensors: Iterable[tuple[str, list[TensorRow]]], last: int) -> list[Statistics]:
    """Of the first steps."""
    return [row.stats for _, rows in tensors for row in rows if row.step <= last]


def _variance_ratio(found: Sequence[Statistics]) -> float:
    """Between the layers with the largest and the smallest; 0 with less than two."""
    variances = [stats.variance for stats in found]
    if len(variances) < 2:
        return 0.0
    return max(variances) / min(variances) if min(variances) > 0 else math.inf


def _narrowest(gradients: Sequence[Statistics]) -> float:
    """The least range from the 5th to the 95th percentile."""
    ranges = [stats.p95 - stats.p5 for stats in gradients]
    return min((one for one in ranges if math.isfinite(one)), default=math.inf)


def _fall(rows: Sequence[StepRow], patience: int) -> float:
    """Of the mean loss, in percent, from the steps before to the last so many ones."""
    split = min(max(len(rows) - patience, 1), len(rows) - 1)
    before, after = (fmean(row.loss for row in some) for some in (rows[:split], rows[split:]))
    return 100 * (before - after) / before if before else 0.0
