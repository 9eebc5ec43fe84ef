"""A trace of some steps, call by call, as Chrome's and Perfetto's viewers open it."""

from __future__ import annotations

from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile

TRACE_FILE = "trace.json.gz"
# The first steps warm up: memory is laid out, kernels are chosen.
WARM_UP = 3
MOST_BYTES = 8 * 1024 * 1024


class Trace:
    """Of the steps after a stage's first three. Shapes and stacks would multiply its size."""

    def __init__(self, folder: Path, steps: int, device: torch.device) -> None:
        self._path, self._count, self._device = folder / TRACE_FILE, steps, device
        self._steps = range(0)
        self._profiler: profile | None = None

    def begin(self, steps_made: int) -> None:
        """A later stage's takes the place of an earlier one's: it is the heavier."""
        first = steps_made + WARM_UP + 1
        self._steps = range(first, first + self._count)

    def begin_step(self, step: int) -> bool:
        """Whether this step is traced."""
        if step not in self._steps:
            return False
        if self._profiler is None:
            activities = [ProfilerActivity.CPU]
            if self._device.type == "cuda":
                activities.append(ProfilerActivity.CUDA)
            self._profiler = profile(activities=activities)
            self._profiler.start()
        return True

    def end_step(self, step: int) -> None:
        if self._steps and step >= self._steps[-1]:
            self.close()

    def close(self) -> None:
        """What has been traced so far is written; more than can be shown is left out."""
        if self._profiler is None:
            return
        self._profiler.stop()
        self._profiler.export_chrome_trace(str(self._path))
        self._profiler, self._steps = None, range(0)
        if self._path.stat().st_size > MOST_BYTES:
            self._path.unlink()
            print("recorder: the trace is too large to be kept: let it be of fewer steps")
