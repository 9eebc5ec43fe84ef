"""The rows that a training leaves about itself. Knows neither torch nor files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Phase = Literal["train", "valid", "test"]
Collection = Literal[
    "weights",
    "biases",
    "gradients",
    "updates",
    "relu_input",
    "relu_output",
    "tanh_input",
    "sigmoid_input",
    "activations",
    "labels",
    "predictions",
]


@dataclass(frozen=True, kw_only=True)
class StepSeconds:
    """Where the seconds of a step went; a step without learning has neither of the last two."""

    data: float = 0.0  # waiting for the batch
    transfer: float = 0.0  # of the batch, to the device
    forward: float = 0.0  # with the loss
    backward: float = 0.0
    optimizer: float = 0.0

    @property
    def total(self) -> float:
        return self.data + self.transfer + self.forward + self.backward + self.optimizer


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """One batch on its way through the network."""

    FILE: ClassVar[str] = "steps.jsonl"

    step: int  # training steps made by then, from 1; those of valid and test share the last
    epoch: int  # from 1; 0: measured before the first
    phase: Phase
    time: float  # seconds since the recorder began, at the step's end
    loss: float  # nats, the mean over the batch
    lr: tuple[float, ...]  # of each group of the optimizer; empty outside train
    images: int
    seconds: StepSeconds
    traced: bool = False  # slower than it would be


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """What is kept of a tensor. None: says nothing for this collection."""

    mean: float = math.nan
    abs_mean: float = math.nan
    variance: float = math.nan
    min: float = math.nan
    max: float = math.nan
    norm: float = math.nan  # Euclidean
    zero_share: float = 0.0  # of its values
    nan: int = 0  # how many values are no number
    inf: int = 0
    p5: float = math.nan  # percentiles, of a sample where the tensor is large
    p95: float = math.nan
    ratio: float | None = None  # updates: |update| / |weight|, mean absolute values
    inactive_share: float | None = None  # relu_output: units that hardly any image wakes
    saturated_share: float | None = None  # tanh_input, sigmoid_input: units at their limits
    unchanged: bool | None = None  # as in this tensor's row before, up to rounding
    counts: tuple[int, ...] | None = None  # labels, predictions: images of each class
    wrong: tuple[int, ...] | None = None  # predictions: images of each class taken for another


@dataclass(frozen=True, kw_only=True)
class TensorRow:
    """One tensor at one step."""

    FILE: ClassVar[str] = "tensors.jsonl"

    step: int
    epoch: int
    phase: Phase
    collection: Collection
    name: str  # path of the parameter or layer in the network
    stats: Statistics


@dataclass(frozen=True, kw_only=True)
class GpuUse:
    """One GPU at one moment."""

    utilization: float  # percent
    memory_bytes: int
    memory_percent: float


@dataclass(frozen=True, kw_only=True)
class SystemRow:
    """The machine since the row before. Percent of 100, bytes of 1."""

    FILE: ClassVar[str] = "system.jsonl"

    time: float  # seconds since the recorder began: the clock of the steps
    cpu: float  # of all cores
    cores: tuple[float, ...]
    memory_bytes: int  # in use on the machine
    memory_percent: float
    io_wait: float  # of all cores' time
    disk_read: int
    disk_write: int
    net_in: int
    net_out: int
    gpu: tuple[GpuUse, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What does not change while the job runs."""

    FILE: ClassVar[str] = "counts.json"

    schema: str = "kennel.recorder/1"
    started_at: str  # UTC, ISO 8601: the moment at which `time` is 0
    program: str  # train or trial
    device: str
    cores: int  # that this job may use
    memory_bytes: int
    workers: int  # processes that load images
    batch_size: int
    steps_per_epoch: int
    epochs: int
    classes: tuple[str, ...]
    images: Mapping[str, tuple[int, ...]]  # of each split: how many of each class
    settings: Mapping[str, Any]  # collections and intervals in use


Row = StepRow | TensorRow | SystemRow
