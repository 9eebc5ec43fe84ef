"""The folders of a job, and the shortest training."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.datasets import write_zip
from tests.support.verdicts import judged
from training_code.job.environment import ProcessingFolders, TrainingFolders
from training_code.job.hyperparameters import Hyperparameters
from training_code.prepare import PreparationSettings, prepare

BACKBONE = "squeezenet1_1"  # the smallest artifact


@dataclass(frozen=True)
class Job:
    """The folders of a job, wherever it ran."""

    folder: Path

    def processing(self) -> ProcessingFolders:
        return ProcessingFolders(
            gate=self.folder / "gate",
            dataset=self.folder / "dataset",
            weights=self.folder / "weights",
            preparation=self.folder / "preparation",
            features=self.folder / "features",
            test=self.folder / "test",
            search=self.folder / "search",
            message=self.folder / "output" / "message",
        )

    def training(self, output: str = "output") -> TrainingFolders:
        names = ("dataset", "preparation", "features", "weights")
        return TrainingFolders(
            channels={name: self.folder / name for name in names},
            model=self.folder / output / "model",
            output_data=self.folder / output / "data",
            checkpoints=self.folder / output / "checkpoints",
            failure=self.folder / output / "failure",
            debug_configuration=self.folder / output / "debughookconfig.json",
        )

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text())

    def prepare(
        self,
        members: dict[str, bytes],
        views: int = 2,
        backbones: tuple[str, ...] = (BACKBONE,),
    ) -> Job:
        judged(write_zip(self.folder / "dataset" / "dogs.zip", members))
        settings = PreparationSettings(backbones=backbones, weights="none", views=views, seed=1)
        prepare(settings, self.processing())
        return self


def hyperparameters(**changes: Any) -> Hyperparameters:
    """For a short training."""
    fixed = {"backbone": BACKBONE, "weights": "none", "num_workers": 0, "run": "abcdefghij"}
    return Hyperparameters(**{"epochs": 2, "batch_size": 8, "lr": 0.003, **fixed, **changes})
