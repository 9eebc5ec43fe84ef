"""Pretrained weights: from the bucket, from torchvision, or none because the setting says so."""

from __future__ import annotations

import hashlib
import pickle
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torchvision import models

from training_code.job.errors import InputError
from training_code.model.unreadable import UNREADABLE

State = Mapping[str, Tensor]
SAVE = "write it by torch.save(model.state_dict(), …) and put it there again"
TORCHVISION_LICENCE = "https://github.com/pytorch/vision/blob/main/LICENSE"  # BSD, three clauses
PATIENCE = 30.0  # seconds without a byte, then a download counts as failed

# Checkpoints of DenseNet are older than its layers' names: norm.1 became norm1.
OLD_DENSENET_KEY = re.compile(r"^(.*denselayer\d+\.(?:norm|relu|conv))\.(\d\..*)$")


@dataclass(frozen=True)
class Origin:
    """Where weights came from: bucket, torchvision or none."""

    source: str
    digest: str
    licence: str = "that of your own weights"


def read_weights(file: Path) -> tuple[State, Origin]:
    """Read a state dictionary; anything but tensors in the file is refused."""
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    # Never torch's own words: they advise to load by running what the file says.
    except pickle.UnpicklingError as error:
        raise InputError(
            f"weights/{file.name} cannot be read as a state dict: it is no checkpoint, or holds "
            "more than tensors, such as a whole model, which is not loaded as it could run code of "
            f"its own: {SAVE}"
        ) from error
    except UNREADABLE as error:
        raise InputError(
            f"weights/{file.name} cannot be read as a state dict: it is damaged or no checkpoint "
            f"at all: {SAVE}"
        ) from error
    tensors = isinstance(state, dict) and all(isinstance(v, Tensor) for v in state.values())
    if not tensors or not state:
        raise InputError(f"weights/{file.name} is no state dict: {SAVE}")
    return state, Origin("bucket", hashlib.sha256(file.read_bytes()).hexdigest())


def download_weights(name: str) -> tuple[Any, State]:
    """Torchvision's best weights for a backbone."""
    weights = models.get_model_weights(name).DEFAULT
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        state: State = weights.get_state_dict(progress=False, check_hash=True)
    except (OSError, RuntimeError) as error:
        raise InputError(
            f"the pretrained weights of {name} cannot be downloaded ({error}): put them into the "
            f"bucket as weights/{name}.pth, or set weights: none to train without them"
        ) from error
    finally:
        socket.setdefaulttimeout(before)
    return weights, state


def torchvision_origin(weights: Any) -> Origin:
    """Which of its weights, and their own licence where they have another than torchvision."""
    licence = weights.meta.get("license", TORCHVISION_LICENCE)
    return Origin("torchvision", str(weights), licence)


def load_weights(network: nn.Module, state: State, *, optional: str, source: str) -> None:
    """Load all of it; only the layer named `optional`, which goes anyway, may be missing."""
    body = {
        OLD_DENSENET_KEY.sub(r"\1\2", name): tensor
        for name, tensor in state.items()
        if not name.startswith(f"{optional}.")
    }
    try:
        missing, unexpected = network.load_state_dict(body, strict=False)
    except RuntimeError as error:  # a tensor of another shape
        faults = [line.strip() for line in str(error).splitlines()[1:]] or [str(error)]
        raise InputError(
            f"the weights of {source} are of another network: {_some_of(faults)}"
        ) from error
    missing = [name for name in missing if not name.startswith(f"{optional}.")]
    if missing or unexpected:
        raise InputError(
            f"the weights of {source} do not fit the backbone: "
            f"missing {_some_of(missing)}; unexpected {_some_of(unexpected)}"
        )


def _some_of(names: list[str]) -> str:
    """A few names are enough to see what is wrong."""
    rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + rest if names else "nothing"
