"""The head of the search's best trial, as it comes to the training; numpy's arrays, no pickle."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training_code.job.errors import InputError

HEAD = "head.npz"  # as trials leave it, each in an archive of its own if they were jobs
ARCHIVE = "model.tar.gz"


def load_found_head(head: nn.Module, channel: Path | None) -> bool:
    """Whether the search has handed over a head, which the training then begins with."""
    body = None if channel is None else _read(channel)
    if body is None:
        return False
    try:
        head.load_state_dict(_tensors(body))
    except (RuntimeError, ValueError, OSError) as error:
        fault = " ".join(str(error).split())
        raise InputError(f"the head in channel 'search' does not fit this run: {fault}") from error
    return True


def _read(channel: Path) -> bytes | None:
    """Beside the records of the trials, by itself or in the archive of the trial's job."""
    if (channel / HEAD).is_file():
        return (channel / HEAD).read_bytes()
    if not (channel / ARCHIVE).is_file():
        return None
    try:
        with tarfile.open(channel / ARCHIVE) as archive:
            names = {member.name.removeprefix("./"): member for member in archive}
            packed = archive.extractfile(names[HEAD]) if HEAD in names else None
            return packed.read() if packed else None
    except (tarfile.TarError, EOFError, OSError) as error:
        raise InputError(f"{ARCHIVE} in channel 'search' cannot be read: {error}") from error


def _tensors(body: bytes) -> dict[str, Tensor]:
    with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
        return {name: torch.from_numpy(arrays[name]) for name in arrays.files}
