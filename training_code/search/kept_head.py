"""What a trial keeps of its best epoch: numpy's arrays, and readable figures beside them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.head_training import TrialResult

WEIGHTS = "head.npz"
FIGURES = "head.json"


def keep_head(result: TrialResult, used: Hyperparameters, folder: Path) -> None:
    """As numpy's arrays: a trial needs no package for them that its image lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / "head.unfinished"
    with unfinished.open("wb") as file:
        np.savez(file, allow_pickle=False, **{n: w.numpy() for n, w in result.weights.items()})
    unfinished.replace(folder / WEIGHTS)  # whole whenever somebody looks
    document = {
        "epoch": result.epoch,
        "validation_loss": result.valid.loss,
        "validation_accuracy": result.valid.accuracy,
        "hyperparameters": vars(used),
    }
    (folder / FIGURES).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def kept_loss(folder: Path) -> float | None:
    """The validation loss of the head that lies there; None if none does."""
    path = folder / FIGURES
    return float(json.loads(path.read_text())["validation_loss"]) if path.exists() else None
