"""A process that trains the heads of trials, one after the other, and is asked between epochs."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import torch

from training_code.job.errors import InputError
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.head_training import train_head
from training_code.model.features import FeatureDescription, FeatureSet
from training_code.search.kept_head import keep_head
from training_code.search.mapped_features import map_features

# The line by which a tuning job is told of an epoch as well.
EPOCH_LINE = re.compile(r"valid epoch=(\d+) loss=(\S+)")

GoesOn = Callable[[int, float], bool]  # asked after each epoch, with its validation loss


class _Hopeless(Exception):
    """The trial is to end with what it has."""


class TrialFailed(Exception):
    """The trial has reached nothing; the sentence says why."""


@dataclass(frozen=True)
class Assignment:
    """What a process is told of one trial."""

    values: Mapping[str, str]
    epochs: int
    seed: int
    folder: Path  # where its best head is kept as it comes

    def hyperparameters(self) -> Hyperparameters:
        given = {**self.values, "epochs": str(self.epochs), "seed": str(self.seed)}
        return Hyperparameters.parse([part for n, v in given.items() for part in (f"--{n}", v)])


class Worker:
    """The process as the search sees it. One that dies takes its trial with it, and no other."""

    def __init__(self, features: Path) -> None:
        # Not forked: threads of torch's would be missing in the copy that they had been begun in.
        processes = multiprocessing.get_context("spawn")
        self._connection, its_end = processes.Pipe()
        self._process = processes.Process(target=_work, args=(its_end, features), daemon=True)
        self._process.start()
        its_end.close()

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def train(self, assignment: Assignment, goes_on: GoesOn) -> None:
        """
        Raises:
            TrialFailed: by itself, or with its process.
        """
        try:
            self._connection.send(assignment)
            while (said := self._connection.recv()) is not None:
                if isinstance(said, str):
                    raise TrialFailed(said)
                self._connection.send(goes_on(*said))
        except (EOFError, OSError) as error:
            self._process.join()
            code = self._process.exitcode
            raise TrialFailed(f"its process has ended with exit code {code}") from error

    def close(self) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.join()


def _work(connection: Connection, features: Path) -> None:
    # Matrices of a head are too small to share: with more threads trials side by side only wait.
    torch.set_num_threads(1)
    found: dict[str, _Features] = {}
    while True:
        try:
            assignment: Assignment = connection.recv()
        except EOFError:
            return
        connection.send(_conduct(assignment, features, found, connection))


@dataclass(frozen=True)
class _Features:
    """Of one backbone, as far as a trial looks at them."""

    train: FeatureSet
    valid: FeatureSet
    classes: int

    @classmethod
    def of(cls, folder: Path) -> _Features:
        train, valid = (map_features(folder / f"{split}.npz") for split in ("train", "valid"))
        return cls(train, valid, FeatureDescription.read(folder).classes)


def _conduct(
    assignment: Assignment, features: Path, found: dict[str, _Features], connection: Connection
) -> str | None:
    """Why it has failed, if it has."""

    def ask(line: str) -> None:
        if said := EPOCH_LINE.match(line):
            connection.send((int(said[1]), float(said[2])))
            if not connection.recv():
                raise _Hopeless

    try:
        used = assignment.hyperparameters()
        if used.backbone not in found:
            found[used.backbone] = _Features.of(features / used.backbone)
        own = found[used.backbone]
        train_head(
            own.train,
            own.valid,
            own.classes,
            used,
            lambda best: keep_head(best, used, assignment.folder),
            ask,
        )
    except _Hopeless:
        return None
    except InputError as error:
        return str(error)
    except Exception as error:  # a trial's boundary, as its job's is in a tuning: others go on
        return f"{type(error).__name__}: {error}"
    return None
