"""Feature vectors of the frozen backbone, computed once and shared by all tuning trials."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference_code.preprocessing import FloatArray

SCHEMA = "kennel.features/1"
LEAST_DEVIATION = 0.1  # of the median feature's


def of_length_one(vectors: FloatArray) -> FloatArray:
    """Vectors [n, dimension], each divided by its length: products of them are cosines."""
    # Untrained networks have features of 1e-30, whose squares are nothing in float32.
    exact = vectors.astype(np.float64)
    lengths = np.linalg.norm(exact, axis=1, keepdims=True)
    units: FloatArray = (exact / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return units


@dataclass(frozen=True)
class FeatureSet:
    """Of one split: features [n, views, dimension], labels [n]."""

    features: FloatArray
    labels: NDArray[np.int64]

    def write(self, path: Path) -> None:
        np.savez(path, features=self.features, labels=self.labels)

    @classmethod
    def read(cls, path: Path) -> FeatureSet:
        """Read a .npz file; pickles are refused."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays["features"], arrays["labels"])

    def standardisation(self) -> Standardisation:
        """Of these features, over all views."""
        rows = self.features.reshape(-1, self.features.shape[-1]).astype(np.float64)
        mean, deviation = rows.mean(axis=0), rows.std(axis=0)
        alive = deviation > 0
        # A feature that hardly ever fires must not count a hundredfold when it does.
        floor = LEAST_DEVIATION * np.median(deviation[alive]) if alive.any() else 1.0
        scale = np.where(alive, 1 / np.maximum(deviation, floor), 0.0)
        return Standardisation(mean.astype(np.float32), scale.astype(np.float32))


@dataclass(frozen=True)
class Standardisation:
    """What brings each feature to mean 0 and deviation 1 over the training split.

    Backbones differ in the scale of their features by factors of a thousand, untrained ones by a
    billion: with it, one range of learning rates fits all of them.
    """

    mean: FloatArray  # [dimension]
    scale: FloatArray  # [dimension]; 0 for features that never vary

    def write(self, folder: Path, backbone: str) -> None:
        np.savez(folder / _standardisation_file(backbone), mean=self.mean, scale=self.scale)

    @classmethod
    def read(cls, folder: Path, backbone: str) -> Standardisation:
        """Of this backbone's features; pickles are refused."""
        with np.load(folder / _standardisation_file(backbone), allow_pickle=False) as arrays:
            return cls(arrays["mean"], arrays["scale"])


def _standardisation_file(backbone: str) -> str:
    return f"standardisation.{backbone}.npz"


@dataclass(frozen=True)
class FeatureDescription:
    """features.json: what a trial has to know before it opens the arrays."""

    classes: int
    dimension: int
    backbone: str
    views: int
    schema: str = SCHEMA

    def write(self, folder: Path) -> None:
        (folder / "features.json").write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, folder: Path) -> FeatureDescription:
        fields = json.loads((folder / "features.json").read_text())
        if fields["schema"] != SCHEMA:
            raise ValueError(f"features.json has schema {fields['schema']!r}, wanted {SCHEMA!r}")
        return cls(**fields)
