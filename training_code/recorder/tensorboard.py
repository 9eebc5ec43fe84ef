"""The rows' scalars once more, as TensorBoard reads them. Listens to rows as they are written."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from tensorboardX.event_file_writer import EventsWriter
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.proto.summary_pb2 import Summary

from training_code.recorder.rows import Row, StepRow, TensorRow

MOST_BYTES = 15 * 1024 * 1024
# Of a tensor's numbers those that a person follows over the steps, by collection.
FOLLOWED = {
    "gradients": ("norm",),
    "updates": ("ratio",),
    "weights": ("norm",),
    "biases": ("norm",),
    "relu_input": ("variance",),
    "relu_output": ("variance", "inactive_share"),
    "tanh_input": ("variance", "saturated_share"),
    "sigmoid_input": ("variance", "saturated_share"),
    "activations": ("variance",),
}


class TensorBoardFile:
    """One event file. A row is one event: that costs a tenth of SummaryWriter's, one a number."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = EventsWriter(str(folder / "events"))
        self._bytes = 0
        self._lock = threading.Lock()  # rows about the machine come from a thread of their own

    def tell(self, row: Row) -> None:
        if isinstance(row, StepRow):
            self._add(row.step, _of_step(row))
        elif isinstance(row, TensorRow):
            self._add(row.step, _of_tensor(row))
        else:
            numbers = {"cpu": row.cpu, "memory_percent": row.memory_percent, "io_wait": row.io_wait}
            for number, gpu in enumerate(row.gpu):
                numbers[f"gpu{number}"] = gpu.utilization
                numbers[f"gpu{number}_memory_percent"] = gpu.memory_percent
            # The machine has no steps: their place is taken by the seconds.
            self._add(round(row.time), {f"system/{name}": value for name, value in numbers.items()})
            self._file.flush()  # seldom: of what a kill tears off, the lines of JSON tell

    def close(self) -> None:
        with self._lock:
            self._file.close()

    def _add(self, step: int, numbers: Mapping[str, float]) -> None:
        values = [Summary.Value(tag=tag, simple_value=value) for tag, value in numbers.items()]
        event = Event(wall_time=time.time(), step=step, summary=Summary(value=values))
        size = event.ByteSize()
        with self._lock:
            if values and self._bytes + size <= MOST_BYTES:
                self._file.write_event(event)
                self._bytes += size


def _of_step(row: StepRow) -> dict[str, float]:
    seconds = {f"seconds/{part}": value for part, value in vars(row.seconds).items() if value}
    lr = {f"lr/{number}": value for number, value in enumerate(row.lr)}
    return {f"loss/{row.phase}": row.loss, **lr, **(seconds if row.phase == "train" else {})}


def _of_tensor(row: TensorRow) -> dict[str, float]:
    numbers = {name: getattr(row.stats, name) for name in FOLLOWED.get(row.collection, ())}
    return {
        f"{row.collection}.{name}/{row.name}": value
        for name, value in numbers.items()
        if value is not None and not math.isnan(value)
    }
