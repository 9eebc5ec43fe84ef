"""Rules over the machine: processors, disks, memory, loaders, seconds of steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import ClassVar

from training_code.recorder.rows import SystemRow
from training_code.rules.history import History
from training_code.rules.rule import Verdict


@dataclass(frozen=True, kw_only=True)
class CPUBottleneck:
    """The GPU idles while the CPU is busy, in too many of the moments.

    Without a GPU it says nothing: there the CPU is what computes.
    """

    threshold: float = 50.0  # percent of the moments
    gpu_threshold: float = 10.0
    cpu_threshold: float = 90.0
    patience: int = 100  # moments

    def judge(self, seen: History) -> Verdict | None:
        if not any(row.gpu for row in seen.system):
            return None
        return _too_often(
            seen,
            self.patience,
            self.threshold,
            lambda row: row.cpu > self.cpu_threshold and gpu_use(row) < self.gpu_threshold,
            "the GPU idled while the CPU was busy",
        )


@dataclass(frozen=True, kw_only=True)
class IOBottleneck:
    """The processors wait for disks while the GPU, if there is one, idles."""

    threshold: float = 50.0  # percent of the moments
    gpu_threshold: float = 70.0
    io_threshold: float = 50.0
    patience: int = 1000  # moments

    def judge(self, seen: History) -> Verdict | None:
        return _too_often(
            seen,
            self.patience,
            self.threshold,
            lambda row: row.io_wait > self.io_threshold and gpu_use(row) < self.gpu_threshold,
            "the processors waited for reading and writing",
        )


def _too_often(
    seen: History, patience: int, threshold: float, ill: Callable[[SystemRow], bool], what: str
) -> Verdict | None:
    rows = seen.system
    if not rows or len(rows) < patience:
        return None
    percent = 100 * sum(map(ill, rows)) / len(rows)
    return Verdict(
        percent > threshold,
        seen.step,
        f"{what} in {percent:.0f} % of {len(rows)} moments; up to {threshold:g} % are sound",
        {"percent": percent, "moments": len(rows)},
    )


def gpu_use(row: SystemRow) -> float:
    """Mean utilisation of all GPUs; a machine without any has none in use."""
    return fmean(gpu.utilization for gpu in row.gpu) if row.gpu else 0.0


@dataclass(frozen=True, kw_only=True)
class Dataloader:
    """Steps wait for images, and the loader's processes do not fit the cores."""

    min_threshold: float = 70.0  # percent of the cores
    max_threshold: float = 200.0

    WORTH_MENDING: ClassVar[float] = 0.1  # share of the steps' seconds: less brings nothing
    FEWEST: ClassVar[int] = 10  # steps

    def judge(self, seen: History) -> Verdict | None:
        steps = seen.steps["train"]
        if seen.counts is None or len(steps) < self.FEWEST:
            return None
        total = sum(row.seconds.total for row in steps)
        waited = sum(row.seconds.data for row in steps) / total if total else 0.0
        workers, cores = seen.counts.workers, seen.counts.cores
        percent = 100 * workers / cores
        fits = self.min_threshold <= percent <= self.max_threshold
        return Verdict(
            waited > self.WORTH_MENDING and not fits,
            seen.step,
            f"{100 * waited:.0f} % of the steps' time is waiting for images, which {workers} "
            f"processes load on {cores} cores",
            {"data_share": waited, "workers": workers, "cores": cores},
        )


@dataclass(frozen=True, kw_only=True)
class StepOutlier:
    """Too many training steps took far longer than the others."""

    stddev: float = 5.0
    n_outliers: int = 10

    def judge(self, seen: History) -> Verdict | None:
        # The first one warms up caches, pools and kernels.
        rows = seen.steps["train"][1:]
        if not rows:
            return None
        seconds = [row.seconds.total for row in rows]
        mean, deviation = fmean(seconds), pstdev(seconds)
        slow = [row for row in rows if row.seconds.total > mean + self.stddev * deviation]
        return Verdict(
            len(slow) > self.n_outliers,
            slow[-1].step if slow else seen.step,
            f"{len(slow)} of {len(rows)} steps took more than {self.stddev:g} deviations longer "
            f"than the mean of {mean:.3g} s, the longest {max(seconds):.3g} s",
            {"outliers": len(slow), "mean_seconds": mean, "longest_seconds": max(seconds)},
        )


@dataclass(frozen=True, kw_only=True)
class OverallSystemUsage:
    """Finds nothing wrong: its numbers say how the machine was used."""

    def judge(self, seen: History) -> Verdict | None:
        if not seen.system:
            return None
        measured = {
            "cpu": [row.cpu for row in seen.system],
            "memory": [row.memory_percent for row in seen.system],
            "io_wait": [row.io_wait for row in seen.system],
            "gpu": [gpu_use(row) for row in seen.system if row.gpu],
            "gpu_memory": [
                fmean(gpu.memory_percent for gpu in row.gpu) for row in seen.system if row.gpu
            ],
        }
        numbers = {
            f"{name}_p{percent}": percentile(values, percent)
            for name, values in measured.items()
            if values
            for percent in (50, 95, 99)
        }
        told = ", ".join(
            f"{name} {numbers[f'{name}_p50']:.0f} %" for name, values in measured.items() if values
        )
        return Verdict(False, seen.step, f"half of the time at least {told}", numbers)


def percentile(values: Sequence[float], percent: float) -> float:
    """By linear interpolation, as numpy has it."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
