"""Feature vectors of the frozen backbone, computed once and shared by all tuning trials."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference_code.preprocessing import FloatArray

SCHEMA = "kennel.features/1"


@dataclass(frozen=True)
class FeatureSet:
    """Of one split: features [n, views, dimension], labels [n]."""

    features: FloatArray
    labels: NDArray[np.int64]

    def write(self, path: Path) -> None:
        """Write a .npz file."""
        np.savez(path, features=self.features, labels=self.labels)

    @classmethod
    def read(cls, path: Path) -> FeatureSet:
        """Read a .npz file; pickles are refused."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays["features"], arrays["labels"])


@dataclass(frozen=True)
class FeatureDescription:
    """features.json: what a trial has to know before it opens the arrays."""

    classes: int
    dimension: int
    backbone: str
    views: int
    schema: str = SCHEMA

    def write(self, folder: Path) -> None:
        """Write features.json."""
        (folder / "features.json").write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, folder: Path) -> FeatureDescription:
        """Read features.json."""
        fields = json.loads((folder / "features.json").read_text())
        if fields["schema"] != SCHEMA:
            raise ValueError(f"features.json has schema {fields['schema']!r}, wanted {SCHEMA!r}")
        return cls(**fields)
