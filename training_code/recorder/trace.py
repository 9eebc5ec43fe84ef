"""A trace of some steps, call by call, as Chrome's and Perfetto's viewers open it."""

from __future__ import annotations

from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile

TRACE_FILE = "trace.json.gz"
# The first steps warm up: memory is laid out, kernels are chosen.
FIRST_STEP = 4
MOST_BYTES = 8 * 1024 * 1024


class Trace:
    """Steps from the fourth of a job on. Shapes and stacks would multiply its size."""

    def __init__(self, folder: Path, steps: int, device: torch.device) -> None:
        self._path, self._device = folder / TRACE_FILE, device
        self.steps = traced_steps(steps)
        self._profiler: profile | None = None

    def begin_step(self, step: int) -> None:
        if step not in self.steps or self._profiler:
            return
        activities = [ProfilerActivity.CPU]
        if self._device.type == "cuda":
            activities.append(ProfilerActivity.CUDA)
        self._profiler = profile(activities=activities)
        self._profiler.start()

    def end_step(self, step: int) -> None:
        if self.steps and step >= self.steps[-1]:
            self.close()

    def close(self) -> None:
        """What has been traced so far is written; more than can be shown is left out."""
        if self._profiler is None:
            return
        self._profiler.stop()
        self._profiler.export_chrome_trace(str(self._path))
        self._profiler, self.steps = None, range(0)
        if self._path.stat().st_size > MOST_BYTES:
            self._path.unlink()
            print("recorder: the trace is too large to be kept: let it be of fewer steps")


def traced_steps(count: int) -> range:
    """Which they are: their own seconds are longer than they would be."""
    return range(FIRST_STEP, FIRST_STEP + count)
