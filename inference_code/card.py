"""The model card, model.json: all that serving needs to know. Training writes it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference_code.preprocessing import Preprocessing

SCHEMA = "kennel.model/1"
FILE_NAME = "model.json"


class BadModelCard(ValueError):
    """model.json is missing, damaged or of another schema: this folder is not a servable model."""


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """The backbone as torchvision names it, and where its weights came from."""

    backbone: str
    features: int
    weights: str  # bucket, torchvision or none
    weights_digest: str
    trainable: str  # head or all
    weights_licence: str = ""  # empty in cards from before it was noted


@dataclass(frozen=True, kw_only=True)
class Head:
    """The classifier on top of the features; hidden_units 0 is a single linear layer."""

    hidden_units: int
    dropout: float


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """When a prediction is accepted, sent to review, or said to be nothing that was trained."""

    accept: float  # least calibrated probability of the first guess
    unknown: float  # least energy score: logsumexp of the uncalibrated logits
    accept_source: str
    unknown_source: str


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """One trained model, described completely."""

    run: str
    digest: str  # sha256 of model.onnx
    architecture: Architecture
    head: Head
    classes: tuple[str, ...]  # in the order of the outputs
    preprocessing: Preprocessing
    temperature: float
    thresholds: Thresholds
    metrics: Mapping[str, float]
    hyperparameters: Mapping[str, str | int | float]
    dataset_digest: str
    source_digest: str
    versions: Mapping[str, str]
    schema: str = SCHEMA

    def write(self, folder: Path) -> None:
        text = json.dumps(dataclasses.asdict(self), indent=2, ensure_ascii=False)
        (folder / FILE_NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> ModelCard:
        """Read model.json and check it."""
        path = folder / FILE_NAME
        try:
            return cls.parse(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise BadModelCard(f"{path} is no {SCHEMA} model card: {error!r}") from error

    @classmethod
    def parse(cls, fields: dict[str, Any]) -> ModelCard:
        """Build the card from JSON; keys of later versions of the schema are ignored."""
        if fields["schema"] != SCHEMA:
            raise ValueError(f"schema {fields['schema']!r} instead of {SCHEMA!r}")
        known = _known_fields(cls, fields)
        preprocessing = _known_fields(Preprocessing, fields["preprocessing"])
        preprocessing["mean"] = tuple(preprocessing["mean"])
        preprocessing["std"] = tuple(preprocessing["std"])
        known["preprocessing"] = Preprocessing(**preprocessing)
        known["architecture"] = Architecture(**_known_fields(Architecture, fields["architecture"]))
        known["head"] = Head(**_known_fields(Head, fields["head"]))
        known["thresholds"] = Thresholds(**_known_fields(Thresholds, fields["thresholds"]))
        known["classes"] = tuple(fields["classes"])
        return cls(**known)


def _known_fields(kind: type[Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the fields that the dataclass has."""
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: value for name, value in fields.items() if name in names}
