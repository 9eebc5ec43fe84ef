"""Where a training stands, as a file from which it goes on after it was killed."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from training_code.loops.epochs import Best, Epoch
from training_code.loops.metrics import Measurement
from training_code.model.unreadable import UNREADABLE


@dataclass(frozen=True)
class State:
    """What changes while a network learns."""

    network: nn.Module
    optimizer: Optimizer
    schedule: LRScheduler


@dataclass(frozen=True)
class Found:
    """Where an interrupted training stood: `epoch` is the last one that it finished."""

    epoch: int
    history: list[Epoch]
    best: Best | None


class Checkpoints(Protocol):
    """Kept for one stage of a training."""

    def save(
        self, state: State, epoch: int, history: Sequence[Epoch], best: Best | None
    ) -> None: ...

    def restore(self, state: State, /) -> Found | None:
        """Puts the state back to where it was; None if this is the first start."""


class NoCheckpoints:
    """A trial is over in seconds: it begins anew."""

    def save(self, state: State, epoch: int, history: Sequence[Epoch], best: Best | None) -> None:
        pass

    def restore(self, _state: State) -> Found | None:
        return None


@dataclass(frozen=True)
class FileCheckpoints:
    """A file per stage. What was trained otherwise than it is now is not gone on with."""

    path: Path
    setting: Mapping[str, Any]
    writes: bool = True  # of several processes all go on from it, and one writes

    def save(self, state: State, epoch: int, history: Sequence[Epoch], best: Best | None) -> None:
        """Whole whenever somebody looks: written beside and renamed."""
        if not self.writes:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_suffix(".unfinished")
        document = {
            "setting": dict(self.setting),
            "epoch": epoch,
            "history": [dataclasses.asdict(row) for row in history],
            "best": best and {"epoch": dataclasses.asdict(best.epoch), "weights": best.weights},
            "network": state.network.state_dict(),
            "optimizer": state.optimizer.state_dict(),
            "schedule": state.schedule.state_dict(),
            "random": _random_states(),
        }
        torch.save(document, unfinished)
        unfinished.replace(self.path)

    def restore(self, state: State) -> Found | None:
        """Only tensors and plain values are read: the folder comes back from the bucket."""
        if not self.path.is_file():
            return None
        try:
            document = torch.load(self.path, map_location="cpu", weights_only=True)
        except (*UNREADABLE, pickle.UnpicklingError):
            print(f"begins anew, as {self.path.name} cannot be read", flush=True)
            return None
        if document["setting"] != dict(self.setting):
            return None
        state.network.load_state_dict(document["network"])
        state.optimizer.load_state_dict(document["optimizer"])
        state.schedule.load_state_dict(document["schedule"])
        _restore_random(document["random"])
        best, history = document["best"], [_epoch(row) for row in document["history"]]
        print(f"goes on after epoch {document['epoch']}, from {self.path.name}", flush=True)
        kept = best and Best(_epoch(best["epoch"]), best["weights"])
        return Found(document["epoch"], history, kept)


def remove_checkpoints(folder: Path) -> None:
    """Of a training that has ended: nobody goes on with it."""
    for path in [*folder.glob("*.pt"), *folder.glob("*.unfinished")]:
        path.unlink()


def _epoch(row: Mapping[str, Any]) -> Epoch:
    return Epoch(row["number"], Measurement(**row["train"]), Measurement(**row["valid"]))


def _random_states() -> list[Tensor]:
    """Of dropout: of the CPU, then of each GPU."""
    return [torch.get_rng_state(), *torch.cuda.get_rng_state_all()]


def _restore_random(states: Sequence[Tensor]) -> None:
    torch.set_rng_state(states[0])
    torch.cuda.set_rng_state_all(states[1 : 1 + torch.cuda.device_count()])
