"""What a training run can vary. Parsed once, then frozen."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from training_code.job.arguments import ArgumentReader
from training_code.job.weights_setting import WeightsSetting

Trainable = Literal["head", "last_block", "all"]
Final = Literal["features", "images"]
Switch = Literal["on", "off"]
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
    final: Final = "features"  # what the final training's head learns on
    trainable: Trainable = "head"
    backbone_lr: float = 0.0001  # of the layers of the backbone that learn
    backbone_epochs: int = 5  # in which they do
    warmup_epochs: int = 1  # of these, until both learning rates are reached
    images_at_once: int = 32  # whose layers' outputs are in memory: gradients add up to a batch
    mirror: Switch = "off"  # average over each image and its mirror image
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

        def word(name: str, kind: Any) -> Any:
            return given.choice(name.replace("_", "-"), getattr(cls, name), get_args(kind))

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
            weights=word("weights", WeightsSetting),
            final=word("final", Final),
            trainable=word("trainable", Trainable),
            backbone_lr=given.real("backbone-lr", cls.backbone_lr, least=1e-8, below=10),
            backbone_epochs=given.whole("backbone-epochs", cls.backbone_epochs, least=1),
            warmup_epochs=given.whole("warmup-epochs", cls.warmup_epochs, least=0),
            images_at_once=given.whole("images-at-once", cls.images_at_once, least=1),
            mirror=word("mirror", Switch),
            num_workers=given.whole("num-workers", cls.num_workers, least=-1),
            rules=given.text("rules", cls.rules),
            recorder=given.text("recorder", cls.recorder),
            run=given.text("run", ""),
            source_digest=given.text("source-digest", ""),
            dataset_digest=given.text("dataset-digest", ""),
            packages=word("packages", Packages),
        )
