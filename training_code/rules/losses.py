"""Rules over the loss."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import fmean
from typing import ClassVar

from training_code.recorder.rows import StepRow
from training_code.rules.history import EpochLoss, History
from training_code.rules.rule import Verdict


@dataclass(frozen=True, kw_only=True)
class LossNotDecreasing:
    """The training loss stands still or rises, block of steps by block of steps."""

    num_steps: int = 10
    diff_percent: float = 0.1
    increase_threshold_percent: float = 5.0

    # From there on a loss may stand still: what has come down to half has not failed to learn.
    LEARNED: ClassVar[float] = 0.5

    def judge(self, seen: History) -> Verdict | None:
        length, blocks = self._blocks(seen)
        if len(blocks) < 2:
            return None
        fall = math.nan
        for (_, before), (step, after) in pairwise(blocks):
            fall = 100 * (before - after) / before
            still = fall < self.diff_percent and after > self.LEARNED * blocks[0][1]
            if still or fall < -self.increase_threshold_percent:
                found = {"loss_before": before, "loss": after, "fall_percent": fall}
                way = f"fell by {fall:.2f} %" if fall >= 0 else f"rose by {-fall:.2f} %"
                return Verdict(
                    True,
                    step,
                    f"the training loss {way} over {length} steps, from {before:.4f} to "
                    f"{after:.4f}; {self.diff_percent:g} % down is the least",
                    found,
                )
        return Verdict(
            False, seen.step, f"the training loss fell by {fall:.2f} %", {"fall_percent": fall}
        )

    def _blocks(self, seen: History) -> tuple[int, list[tuple[int, float]]]:
        """So many steps are one, and the mean losses of all.

        Batches differ: only over whole epochs do they hold the same images again.
        """
        if seen.counts is None:
            return self.num_steps, list(_of_steps(seen.steps["train"], self.num_steps))
        steps = seen.counts.steps_per_epoch
        epochs = math.ceil(self.num_steps / steps)
        return epochs * steps, list(_of_epochs(seen.epoch_losses("train"), epochs))


def _of_epochs(losses: Sequence[EpochLoss], length: int) -> Iterator[tuple[int, float]]:
    """The same of epochs."""
    for start in range(0, len(losses) - length + 1, length):
        group = losses[start : start + length]
        mean = fmean(one.loss for one in group)
        if not math.isfinite(mean) or mean <= 0:
            return
        yield group[-1].step, mean


def _of_steps(rows: Sequence[StepRow], length: int) -> Iterator[tuple[int, float]]:
    """Last step and mean loss of each whole block; a loss that is no number ends them.

    By the numbers of the steps: not every one of them need have a row.
    """
    for number, group in groupby(rows, lambda row: (row.step - 1) // length):
        mean = fmean(row.loss for row in group)
        whole = rows[-1].step >= (number + 1) * length
        if not whole or not math.isfinite(mean) or mean <= 0:
            return
        yield (number + 1) * length, mean


@dataclass(frozen=True, kw_only=True)
class Overfit:
    """Validation is that much worse than training, for more epochs running than patience allows."""

    start_step: int = 0
    patience: int = 1
    ratio_threshold: float = 0.1

    def judge(self, seen: History) -> Verdict | None:
        train = {one.epoch: one.loss for one in seen.epoch_losses("train")}
        running, ratio = 0, math.nan
        for valid in seen.epoch_losses("valid"):
            loss = train.get(valid.epoch, 0.0)
            if valid.step < self.start_step or loss <= 0:
                continue
            ratio = (valid.loss - loss) / loss
            running = running + 1 if ratio > self.ratio_threshold else 0
            if running > self.patience:
                return Verdict(
                    True,
                    valid.step,
                    f"the validation loss ({valid.loss:.4f}) is {100 * ratio:.0f} % above the "
                    f"training loss ({loss:.4f}) in epoch {valid.epoch}, the {running}. running",
                    {"ratio": ratio, "train_loss": loss, "valid_loss": valid.loss},
                )
        if math.isnan(ratio):
            return None
        return Verdict(
            False,
            seen.step,
            f"validation is {100 * ratio:.0f} % above training at last",
            {"ratio": ratio},
        )


@dataclass(frozen=True, kw_only=True)
class Overtraining:
    """The losses have stopped improving for epochs: fewer of them would do."""

    patience_train: int = 5
    patience_validation: int = 10
    delta: float = 0.01

    def judge(self, seen: History) -> Verdict | None:
        train, valid = seen.epoch_losses("train"), seen.epoch_losses("valid")
        if not train:
            return None
        for what, losses, patience in (
            ("training", train, self.patience_train),
            ("validation", valid, self.patience_validation),
        ):
            for best, now in _waits(losses, self.delta):
                if now.epoch - best.epoch > patience:
                    waited = now.epoch - best.epoch
                    return Verdict(
                        True,
                        now.step,
                        f"the {what} loss has not improved by {self.delta:g} for {waited} epochs: "
                        f"it was {best.loss:.4f} in epoch {best.epoch}",
                        {"epochs": waited, "best_loss": best.loss, "best_epoch": best.epoch},
                    )
        return Verdict(False, seen.step, "the losses improved within the patience", {})


def _waits(losses: Sequence[EpochLoss], delta: float) -> Iterator[tuple[EpochLoss, EpochLoss]]:
    """Each epoch, with the last one before or at it that improved by more than delta."""
    if not losses:
        return
    best = losses[0]
    for one in losses:
        if one.loss < best.loss - delta:
            best = one
        yield best, one


@dataclass(frozen=True, kw_only=True)
class StalledTraining:
    """Nothing has come of the loop for too long, while the machine was still watched."""

    threshold: float = 1800.0  # seconds

    def judge(self, seen: History) -> Verdict | None:
        rows = [row for phase in seen.steps.values() for row in phase]
        if not rows:
            return None
        times = sorted((row.time, row.step) for row in rows)
        if seen.system:
            times.append((max(seen.system[-1].time, times[-1][0]), times[-1][1]))
        longest, step = max(
            ((after - before, step) for (before, step), (after, _) in pairwise(times)),
            default=(0.0, seen.step),
        )
        return Verdict(
            longest > self.threshold,
            step,
            f"{longest:.0f} s were the longest without a step; {self.threshold:g} s are allowed",
            {"seconds": longest},
        )
