"""Rules over weights, gradients and updates."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from training_code.recorder.rows import StepRow, TensorRow
from training_code.rules.history import EpochLoss, History
from training_code.rules.rule import Verdict


@dataclass(frozen=True, kw_only=True)
class VanishingGradient:
    """A parameter's gradient is too small to move it, twice running.

    Once is no illness: behind a layer that begins at zero every gradient is zero at first.
    """

    threshold: float = 1e-7

    def judge(self, seen: History) -> Verdict | None:
        tensors = list(seen.rows_of("gradients"))
        found = _twice(tensors, lambda row: row.stats.abs_mean < self.threshold)
        if found:
            name, row = found
            return Verdict(
                True,
                row.step,
                f"the mean absolute gradient of {name} is {row.stats.abs_mean:.2g}, less than "
                f"{self.threshold:g}: it learns nothing",
                {"abs_mean": row.stats.abs_mean},
            )
        return _sound(seen, tensors, "gradients are large enough")


@dataclass(frozen=True, kw_only=True)
class ExplodingTensor:
    """A loss or a tensor holds what is no number, or is infinite."""

    collection_names: str | None = None
    tensor_regex: str | None = None
    only_nan: bool = False

    def judge(self, seen: History) -> Verdict | None:
        tensors = list(seen.rows_of(self.collection_names, self.tensor_regex))
        everything = self.collection_names is None and self.tensor_regex is None
        losses: list[StepRow | EpochLoss] = [*seen.steps["train"], *seen.epoch_losses("train")]
        for row in losses if everything else ():
            if math.isnan(row.loss) or (math.isinf(row.loss) and not self.only_nan):
                return Verdict(True, row.step, f"the training loss is {row.loss}")
        broken = [
            (row.step, name, row.stats)
            for name, rows in tensors
            for row in rows
            if row.stats.nan or (row.stats.inf and not self.only_nan)
        ]
        if broken:
            step, name, stats = min(broken, key=lambda one: one[:2])
            return Verdict(
                True,
                step,
                f"{name} has {stats.nan} values that are no number and {stats.inf} that are "
                "infinite",
                {"nan": stats.nan, "inf": stats.inf},
            )
        if everything and seen.steps["train"]:
            return Verdict(False, seen.step, "all losses and tensors are finite")
        return _sound(seen, tensors, "all tensors are finite")


@dataclass(frozen=True, kw_only=True)
class WeightUpdateRatio:
    """The steps that a parameter takes are huge or nothing beside what it is.

    What begins at zero takes a huge first step, so that each parameter's first row says nothing.
    """

    large_threshold: float = 10.0
    small_threshold: float = 1e-8

    def judge(self, seen: History) -> Verdict | None:
        tensors = [(name, rows[1:]) for name, rows in seen.rows_of("updates")]
        for name, row in _by_step(tensors):
            ratio = row.stats.ratio
            if ratio is not None and not self.small_threshold <= ratio <= self.large_threshold:
                return Verdict(
                    True,
                    row.step,
                    f"one step changes {name.removesuffix('.updates')} by {ratio:.2g} of its size; "
                    f"{self.small_threshold:g} to {self.large_threshold:g} are sound",
                    {"ratio": ratio} if math.isfinite(ratio) else {},
                )
        return _sound(seen, tensors, "steps fit the parameters' size")


@dataclass(frozen=True, kw_only=True)
class AllZero:
    """A tensor is (almost) all zero, twice running: what begins at zero leaves it at once."""

    collection_names: str | None = None
    tensor_regex: str | None = None
    threshold: float = 100.0  # percent

    def judge(self, seen: History) -> Verdict | None:
        tensors = list(seen.rows_of(self.collection_names, self.tensor_regex))
        found = _twice(tensors, lambda row: 100 * row.stats.zero_share >= self.threshold)
        if found:
            name, row = found
            percent = 100 * row.stats.zero_share
            return Verdict(
                True, row.step, f"{percent:.0f} % of {name} are zero", {"zero_percent": percent}
            )
        return _sound(seen, tensors, "no tensor is all zero")


@dataclass(frozen=True, kw_only=True)
class UnchangedTensor:
    """A tensor is the same over that many of its rows, up to rounding."""

    collection_names: str | None = None
    tensor_regex: str | None = None
    num_steps: int = 3

    def judge(self, seen: History) -> Verdict | None:
        tensors = [
            (name, rows)
            for name, rows in seen.rows_of(self.collection_names, self.tensor_regex)
            if any(row.stats.unchanged is not None for row in rows)
        ]
        for name, rows in tensors:
            running = 1
            for row in rows:
                running = running + 1 if row.stats.unchanged else 1
                if running >= max(self.num_steps, 2):
                    return Verdict(
                        True,
                        row.step,
                        f"{name} has not changed over {running} rows",
                        {"rows": running},
                    )
        return _sound(seen, tensors, "all tensors change")


@dataclass(frozen=True, kw_only=True)
class TensorVariance:
    """A tensor's variance is out of bounds; it says nothing as long as no bound is given."""

    collection_names: str | None = None
    tensor_regex: str | None = None
    max_threshold: float | None = None
    min_threshold: float | None = None

    def judge(self, seen: History) -> Verdict | None:
        most = math.inf if self.max_threshold is None else self.max_threshold
        least = -math.inf if self.min_threshold is None else self.min_threshold
        if math.isinf(most) and math.isinf(least):
            return None
        tensors = list(seen.rows_of(self.collection_names, self.tensor_regex))
        for name, row in _by_step(tensors):
            variance = row.stats.variance
            if variance < least or variance > most:
                return Verdict(
                    True,
                    row.step,
                    f"the variance of {name} is {variance:.3g}, out of {least:g} to {most:g}",
                    {"variance": variance} if math.isfinite(variance) else {},
                )
        return _sound(seen, tensors, "variances are within their bounds")


Tensors = Sequence[tuple[str, Sequence[TensorRow]]]


def _by_step(tensors: Tensors) -> Iterator[tuple[str, TensorRow]]:
    """Rows of all tensors in the order in which they came."""
    rows = [(row.step, name, row) for name, some in tensors for row in some]
    for _, name, row in sorted(rows, key=lambda one: one[:2]):
        yield name, row


def _twice(tensors: Tensors, ill: Callable[[TensorRow], bool]) -> tuple[str, TensorRow] | None:
    """The first row that is ill as the row of its tensor before it was."""
    found = [
        (after.step, name, after)
        for name, rows in tensors
        for before, after in _neighbours(rows)
        if ill(before) and ill(after)
    ]
    if not found:
        return None
    _, name, row = min(found, key=lambda one: one[:2])
    return name, row


def _neighbours(rows: Iterable[TensorRow]) -> Iterator[tuple[TensorRow, TensorRow]]:
    return pairwise(row for row in rows if row.phase == "train")


def _sound(seen: History, tensors: Tensors, sentence: str) -> Verdict | None:
    """Nothing is wrong, if there was something to look at."""
    looked = sum(len(rows) for _, rows in tensors)
    return Verdict(False, seen.step, sentence, {"rows": looked}) if looked else None
