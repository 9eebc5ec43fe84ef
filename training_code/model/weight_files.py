"""Weights as files that are whole whenever somebody looks: a job may be killed while it writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor


def save_weights(weights: Mapping[str, Tensor], path: Path) -> None:
    """Written beside and renamed."""
    unfinished = path.with_suffix(".unfinished")
    save_file({name: tensor.cpu().contiguous() for name, tensor in weights.items()}, unfinished)
    unfinished.replace(path)
