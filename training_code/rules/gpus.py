"""Rules over GPUs; on a machine without any they say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from training_code.recorder.rows import SystemRow
from training_code.rules.history import History
from training_code.rules.machine import percentile
from training_code.rules.rule import Verdict


@dataclass(frozen=True, kw_only=True)
class LowGPUUtilization:
    """A GPU is never really busy, or busy and idle by turns."""

    threshold_p95: float = 70.0
    threshold_p5: float = 10.0
    window: int = 500  # moments
    patience: int = 1000

    def judge(self, seen: History) -> Verdict | None:
        rows = _with_gpus(seen, self.patience)
        for number, used in enumerate(_utilisations(rows[-self.window :])):
            high, low = percentile(used, 95), percentile(used, 5)
            if high < self.threshold_p95 or low < self.threshold_p5:
                how = "is hardly used" if high < self.threshold_p95 else "is busy and idle by turns"
                return Verdict(
                    True,
                    seen.step,
                    f"GPU {number} {how}: it was {low:.0f} % to {high:.0f} % busy in most of the "
                    f"last {len(used)} moments",
                    {"gpu": number, "p5": low, "p95": high},
                )
        return _sound(seen, rows, "the GPUs are busy")


@dataclass(frozen=True, kw_only=True)
class BatchSize:
    """CPU, GPU and the GPU's memory all have room: a larger batch would use it."""

    cpu_threshold_p95: float = 70.0
    gpu_threshold_p95: float = 70.0
    gpu_memory_threshold_p95: float = 70.0
    patience: int = 100  # moments
    window: int = 500

    def judge(self, seen: History) -> Verdict | None:
        rows = _with_gpus(seen, self.patience)[-self.window :]
        if not rows:
            return None
        cpu = percentile([row.cpu for row in rows], 95)
        gpu = percentile([gpu.utilization for row in rows for gpu in row.gpu], 95)
        memory = percentile([gpu.memory_percent for row in rows for gpu in row.gpu], 95)
        roomy = (
            cpu < self.cpu_threshold_p95
            and gpu < self.gpu_threshold_p95
            and memory < self.gpu_memory_threshold_p95
        )
        return Verdict(
            roomy,
            seen.step,
            f"at most {cpu:.0f} % of the CPU, {gpu:.0f} % of the GPU and {memory:.0f} % of its "
            f"memory were used in 95 % of the last {len(rows)} moments",
            {"cpu_p95": cpu, "gpu_p95": gpu, "gpu_memory_p95": memory},
        )


@dataclass(frozen=True, kw_only=True)
class GPUMemoryIncrease:
    """A GPU's memory fills up: the mean of the last window is far above that of the first."""

    increase: float = 10.0  # percent of the memory
    patience: int = 100  # moments
    window: int = 500

    def judge(self, seen: History) -> Verdict | None:
        rows = [row for row in seen.system if row.gpu][self.patience :]
        if len(rows) < 2 * self.window:
            return None
        for number in range(len(rows[0].gpu)):
            first, last = (
                fmean(row.gpu[number].memory_percent for row in some)
                for some in (rows[: self.window], rows[-self.window :])
            )
            if last - first > self.increase:
                return Verdict(
                    True,
                    seen.step,
                    f"GPU {number} uses {last:.0f} % of its memory, after {first:.0f} % at first",
                    {"gpu": number, "first_percent": first, "last_percent": last},
                )
        return _sound(seen, rows, "the GPUs' memory does not fill up")


@dataclass(frozen=True, kw_only=True)
class LoadBalancing:
    """Two GPUs are used differently: so large a part of their moments would have to change."""

    threshold: float = 0.5
    patience: int = 10  # moments

    def judge(self, seen: History) -> Verdict | None:
        rows = [row for row in _with_gpus(seen, self.patience) if len(row.gpu) > 1]
        if not rows:
            return None
        histograms = [_histogram(used) for used in _utilisations(rows)]
        for (one, a), (other, b) in combinations(enumerate(histograms), 2):
            differing = sum(abs(x - y) for x, y in zip(a, b, strict=True)) / 2
            if differing > self.threshold:
                return Verdict(
                    True,
                    seen.step,
                    f"GPUs {one} and {other} are used differently in {100 * differing:.0f} % of "
                    "the moments",
                    {"gpu": one, "other_gpu": other, "difference": differing},
                )
        return _sound(seen, rows, "the GPUs are used alike")


def _with_gpus(seen: History, patience: int) -> list[SystemRow]:
    """All rows of a machine with GPUs, once there are enough of them."""
    rows = [row for row in seen.system if row.gpu]
    return rows if len(rows) >= patience else []


def _utilisations(rows: Sequence[SystemRow]) -> list[list[float]]:
    """Of each GPU, moment by moment."""
    return [
        list(used) for used in zip(*([g.utilization for g in row.gpu] for row in rows), strict=True)
    ]


def _histogram(used: Sequence[float]) -> list[float]:
    """Shares of the moments in each tenth of the utilisation."""
    tenths = [min(int(value // 10), 9) for value in used]
    return [tenths.count(tenth) / len(tenths) for tenth in range(10)]


def _sound(seen: History, rows: Sequence[SystemRow], sentence: str) -> Verdict | None:
    return Verdict(False, seen.step, sentence, {"moments": len(rows)}) if rows else None
