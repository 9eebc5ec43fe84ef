"""What a training run can vary. Parsed once, then frozen."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from training_code.job.arguments import ArgumentReader
from training_code.job.weights_setting import WeightsSetting

Trainable = Literal["head", "all"]
Packages = Literal["network", "wheels", "image"]


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """Of tuning trials and of the training; trials ignore what concerns images."""

    lr: float = 0.001
    batch_size: int = 32
    weight_decay: float = 0.01
    eps: float = 1e-8  # AdamW's, beside the root of the mean squared gradient
    dropout: float = 0.2
    hidden_units: int = 0  # 0: a single linear layer
    epochs: int = 10
    seed: int = 1
    backbone: str = "resnet50"
    weights: WeightsSetting = "auto"
    trainable: Trainable = "head"
    num_workers: int = -1  # processes that decode images; -1: as many as the machine can spare
    rules: str = "default"  # that watch; default, off, or a JSON object
    recorder: str = "default"  # what it keeps; default, off, or a JSON object
    run: str = ""
    source_digest: str = ""
    dataset_digest: str = ""
    packages: Packages = "network"  # from where the served model's container has its own

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> Hyperparameters:
        """From --name value pairs; unknown names are ignored, wrong values are not."""
        names = [field.name.replace("_", "-") for field in dataclasses.fields(cls)]
        given = ArgumentReader.parse(arguments, names)
        weights = given.choice("weights", cls.weights, ("auto", "none"))
        trainable = given.choice("trainable", cls.trainable, ("head", "all"))
        return cls(
            lr=given.real("lr", cls.lr, least=1e-8, below=10),
            batch_size=given.whole("batch-size", cls.batch_size, least=1),
            weight_decay=given.real("weight-decay", cls.weight_decay, least=0, below=10),
            eps=given.real("eps", cls.eps, least=1e-12, below=1),
            dropout=given.real("dropout", cls.dropout, least=0, below=1),
            hidden_units=given.whole("hidden-units", cls.hidden_units, least=0),
            epochs=given.whole("epochs", cls.epochs, least=1),
            seed=given.whole("seed", cls.seed, least=0),
            backbone=given.text("backbone", cls.backbone),
            weights="none" if weights == "none" else "auto",
            trainable="all" if trainable == "all" else "head",
            num_workers=given.whole("num-workers", cls.num_workers, least=-1),
            rules=given.text("rules", cls.rules),
            recorder=given.text("recorder", cls.recorder),
            run=given.text("run", ""),
            source_digest=given.text("source-digest", ""),
            dataset_digest=given.text("dataset-digest", ""),
            packages=cast(Packages, given.choice("packages", cls.packages, get_args(Packages))),
        )
