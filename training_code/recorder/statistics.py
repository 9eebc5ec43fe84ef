"""A tensor in a dozen numbers. Of a large one a sample is looked at, but for its norm."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training_code.recorder.rows import Statistics

Sample = NDArray[np.float32]

SAMPLE = 8192  # values of a tensor
IMAGES = 4  # whose activations tell of their units
POSITIONS = 8  # along each side of an image's activations
# SageMaker's own limits in DeadRelu and SaturatedActivation.
ACTIVE_SHARE = 0.01
TANH_LIMITS = (-9.4999, 9.4999)
SIGMOID_LIMITS = (-23.0, 16.99999)


def sampled(tensor: Tensor) -> Sample:
    """Evenly over its memory, in whatever order that is; always the same places."""
    flat = _flat(tensor.detach())
    step = -(-flat.numel() // SAMPLE) | 1  # odd: an even step would see some channels alone
    part = flat[::step].to("cpu", torch.float32, copy=True)
    numbers: Sample = part.numpy()
    return numbers


def _flat(tensor: Tensor) -> Tensor:
    """A view where that is possible: images lie with their channels last, mostly."""
    if tensor.ndim == 4 and tensor.is_contiguous(memory_format=torch.channels_last):
        tensor = tensor.permute(0, 2, 3, 1)
    return tensor.reshape(-1)


def statistics(tensor: Tensor, sample: Sample | None = None, **more: Any) -> Statistics:
    """Of a tensor, with what a collection knows beside."""
    numbers = sampled(tensor) if sample is None else sample
    if numbers.size == 0:
        return Statistics(**more)
    norm = float(torch.linalg.vector_norm(tensor.detach().float()))
    nan = inf = 0
    if not math.isfinite(norm):  # seldom: only then each value is looked at
        nan, inf = int(tensor.isnan().sum()), int(tensor.isinf().sum())
        numbers = numbers[np.isfinite(numbers)]
    return _of_sample(numbers, norm=norm, nan=nan, inf=inf, **more)


def _of_sample(numbers: Sample, **more: Any) -> Statistics:
    if numbers.size == 0:
        return Statistics(**more)
    ordered = np.sort(numbers)
    last = ordered.size - 1
    absolute = np.abs(numbers)
    mean = float(numbers.mean(dtype=np.float64))
    return Statistics(
        mean=mean,
        abs_mean=float(absolute.mean(dtype=np.float64)),
        variance=float(np.square(numbers - mean, dtype=np.float64).mean()),
        min=float(ordered[0]),
        max=float(ordered[-1]),
        zero_share=1 - np.count_nonzero(numbers) / numbers.size,
        p5=float(ordered[round(0.05 * last)]),
        p95=float(ordered[round(0.95 * last)]),
        **more,
    )


def inactive_share(output: Tensor) -> float:
    """Share of a layer's units that less than 1 % of what they see wakes."""
    return float(((_by_unit(output) > 0).float().mean(dim=1) < ACTIVE_SHARE).float().mean())


def saturated_share(given: Tensor, limits: tuple[float, float]) -> float:
    """Share of a layer's units that are between their limits for less than 1 % of what they see."""
    seen = _by_unit(given)
    between = ((seen > limits[0]) & (seen < limits[1])).float().mean(dim=1)
    return float((between < ACTIVE_SHARE).float().mean())


def _by_unit(tensor: Tensor) -> Tensor:
    """[units, values]: channels of images, else the last dimension."""
    tensor = tensor.detach()
    if tensor.ndim != 4:
        return tensor.reshape(-1, tensor.shape[-1]).T
    down, across = (-(-size // POSITIONS) for size in tensor.shape[2:])
    part = tensor[:IMAGES, :, ::down, ::across]
    return part.transpose(0, 1).reshape(tensor.shape[1], -1)
