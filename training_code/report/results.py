"""What a training reports beside its model: figures, curves, words and test predictions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference_code.preprocessing import FloatArray
from training_code.data.splits import ObjectSample
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.epochs import Best, Epoch
from training_code.loops.metrics import Measurement
from training_code.model.weight_files import save_weights
from training_code.report.curves import draw_curves
from training_code.report.interpretation import Course, interpret

WEIGHTS_FILE = "weights.safetensors"


@dataclass(frozen=True)
class Results:
    """Of the best epoch."""

    history: Sequence[Epoch]
    best: Epoch
    test: Measurement
    calibrated_test_loss: float  # what a caller computes from the served probabilities

    def metrics(self) -> dict[str, float]:
        """The figures that travel with run and card."""
        return {
            "validation_loss": self.best.valid.loss,
            "validation_accuracy": self.best.valid.accuracy,
            "test_loss": self.test.loss,
            "test_accuracy": self.test.accuracy,
            "test_loss_calibrated": self.calibrated_test_loss,
            "best_epoch": self.best.number,
        }

    def course(self, used: Hyperparameters, classes: int) -> Course:
        return Course(self.history, self.best, self.test, used, classes)

    def write(self, folder: Path, course: Course) -> None:
        """metrics.json, history.json, loss_curves.png, interpretation.md."""
        folder.mkdir(parents=True, exist_ok=True)
        _write_json(folder / "metrics.json", self.metrics())
        _write_json(folder / "history.json", [_describe(epoch) for epoch in self.history])
        draw_curves(self.history, self.best, self.test, folder / "loss_curves.png")
        (folder / "interpretation.md").write_text(interpret(course), encoding="utf-8")


@dataclass(frozen=True)
class Progress:
    """What a training leaves, also if it is ended from outside: SageMaker uploads both."""

    reports: Path
    checkpoints: Path

    def keep(self, history: Sequence[Epoch], best: Best) -> None:
        """The history up to the best epoch, and that epoch's weights, as torch loads them."""
        for folder in (self.reports, self.checkpoints):
            folder.mkdir(parents=True, exist_ok=True)
        _write_json(self.reports / "history.json", [_describe(epoch) for epoch in history])
        save_weights(best.weights, self.checkpoints / WEIGHTS_FILE)


def _describe(epoch: Epoch) -> dict[str, float]:
    return {
        "epoch": epoch.number,
        "train_loss": epoch.train.loss,
        "train_accuracy": epoch.train.accuracy,
        "valid_loss": epoch.valid.loss,
        "valid_accuracy": epoch.valid.accuracy,
    }


def write_test_predictions(
    path: Path, samples: Sequence[ObjectSample], probabilities: FloatArray
) -> None:
    """One JSON line per test object: what the serving path must say as well."""
    with path.open("w", encoding="utf-8") as lines:
        for sample, row in zip(samples, probabilities, strict=True):
            # Seven digits are all that a float32 has; all of a float64's would double the file.
            rounded = [round(float(probability), 7) for probability in row]
            document = {"object": sample.object, "label": sample.label, "probabilities": rounded}
            lines.write(json.dumps(document) + "\n")


def _write_json(path: Path, document: object) -> None:
    """Readable, and refused if a figure is not a number."""
    path.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", encoding="utf-8")
