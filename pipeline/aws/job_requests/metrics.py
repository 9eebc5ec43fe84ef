"""The one format of metric lines, as the expressions by which SageMaker reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        MetricDefinitionTypeDef,
    )

NUMBER = "([0-9.eE+-]+)"
# The phase as the training code prints it, and as the metrics are called.
PHASES = {"train": "train", "valid": "validation", "test": "test"}

# Never rises from epoch to epoch, so the tuner's "last value" is that of the best epoch.
OBJECTIVE = "validation:best_loss"


def metric_definitions() -> list[MetricDefinitionTypeDef]:
    definitions: list[MetricDefinitionTypeDef] = []
    for printed, name in PHASES.items():
        loss = f"{printed} epoch=[0-9]+ loss="
        definitions += [
            {"Name": f"{name}:loss", "Regex": f"{loss}{NUMBER}"},
            {"Name": f"{name}:accuracy", "Regex": f"{loss}[0-9.eE+-]+ accuracy={NUMBER}"},
        ]
    return [*definitions, {"Name": OBJECTIVE, "Regex": f"valid epoch=.* best_loss={NUMBER}"}]
