"""What the search gained over the default values, on the test split, and how sure that is."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.head_training import train_head
from training_code.loops.scoring import SeenFeatures
from training_code.model.features import FeatureSet
from training_code.model.head import build_head

SCHEMA = "kennel.gain/1"
FILE = "gain.json"
SEARCHED = ("lr", "batch_size", "weight_decay", "eps", "dropout", "hidden_units")
RESAMPLES = 10_000
SURENESS = 0.95


@dataclass(frozen=True)
class Gain:
    """Of accuracy, over one and the same n images; the interval is that of a paired bootstrap."""

    accuracy: float
    interval: tuple[float, float]
    images: int
    default_accuracy: float
    default: dict[str, float]

    def write(self, folder: Path) -> None:
        """Also when it is nothing."""
        document = {"schema": SCHEMA, **dataclasses.asdict(self)}
        text = json.dumps(document, indent=1, allow_nan=False)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")

    def line(self) -> str:
        low, high = self.interval
        return (
            f"gain over the default values on the test split: {self.accuracy:+.4f} of accuracy "
            f"(95 % interval {low:+.4f} to {high:+.4f})"
        )


def is_right(logits: Tensor, labels: Tensor) -> Tensor:
    """[n], of logits [n, classes]."""
    return logits.argmax(dim=1) == labels


def gain_over(used: Hyperparameters, right: Tensor, default_right: Tensor) -> Gain:
    """Of what is right [n] with the values used, over what is right [n] with the default ones."""
    difference = right.int() - default_right.int()  # of each image: -1, 0 or 1
    images = len(difference)
    shares = [float((difference == value).sum()) / images for value in (-1, 0, 1)]
    # An image drawn anew is one of three kinds: their numbers are all that a resample tells.
    drawn = np.random.default_rng(used.seed).multinomial(images, shares, size=RESAMPLES)
    gains = (drawn[:, 2] - drawn[:, 0]) / images
    outside = (1 - SURENESS) / 2
    low, high = np.quantile(gains, [outside, 1 - outside])
    return Gain(
        accuracy=shares[2] - shares[0],
        interval=(float(low), float(high)),
        images=images,
        default_accuracy=float(default_right.double().mean()),
        default=_default_values(),
    )


def default_logits(
    used: Hyperparameters,
    train: FeatureSet,
    valid: FeatureSet,
    seen: SeenFeatures,
    classes: int,
) -> Tensor:
    """Of a head trained on the same vectors with the same seed and epochs, and nothing searched."""
    values: Any = _default_values()
    plain = dataclasses.replace(used, **values)
    result = train_head(train, valid, classes, plain, lambda _best: None, lambda _line: None)
    head = build_head(
        train.standardisation(), classes, hidden_units=plain.hidden_units, dropout=plain.dropout
    )
    head.load_state_dict(result.weights)
    return seen.logits(head)


def _default_values() -> dict[str, float]:
    return {name: getattr(Hyperparameters, name) for name in SEARCHED}
