"""What the job computes on, and in pieces of which size."""

from __future__ import annotations

import resource
import sys

import torch
from torch import Tensor, nn

# On a CPU the layers' outputs of a few images stay in its cache: MobileNetV2 runs 2.5 times as fast
# on pieces of 4 as on pieces of 32, ResNet-50 1.4 times (two cores, channels last).
CPU_PIECE = 4
GPU_PIECE = 64


def best_device() -> torch.device:
    """A GPU if there is one. Seeds and results must not depend on it, within rounding."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def quick_arithmetic(device: torch.device) -> torch.autocast:
    """bfloat16 where the device has it: half the memory, and the range of float32.

    For learning and its measurements alone; what is exported and compared is float32.
    """
    able = device.type == "cuda" and torch.cuda.is_bf16_supported()
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=able)


def peak_memory(device: torch.device) -> int:
    """Bytes that this process has had at most: of the GPU's memory if it computes on one."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    # Linux counts kilobytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def extract(network: nn.Module, images: Tensor) -> Tensor:
    """[n, 3, crop, crop] to [n, features] by a network that does not learn."""
    piece = CPU_PIECE if images.device.type == "cpu" else GPU_PIECE
    with torch.no_grad():
        return torch.cat(
            [
                network(part.contiguous(memory_format=torch.channels_last))
                for part in torch.split(images, piece)
            ]
        )


def channels_last(network: nn.Module) -> None:
    """Lay weights out as CPUs and GPUs read them fastest."""
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's own types
