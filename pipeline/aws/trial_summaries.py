"""A tuning's trials as SageMaker lists them. Knows no client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from pipeline.events import EndStatus
from pipeline.ports import TrialOutcome

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import HyperParameterTrainingJobSummaryTypeDef


def trial_outcome(summary: HyperParameterTrainingJobSummaryTypeDef) -> TrialOutcome:
    """One that was stopped before it began has no times."""
    objective = summary.get("FinalHyperParameterTuningJobObjectiveMetric")
    begun, ended = summary.get("TrainingStartTime"), summary.get("TrainingEndTime")
    return TrialOutcome(
        job=summary["TrainingJobName"],
        status=cast(EndStatus, summary["TrainingJobStatus"]),
        hyperparameters=values_of(summary["TunedHyperParameters"]),
        objective=objective["Value"] if objective else None,
        seconds=(ended - begun).total_seconds() if begun and ended else 0.0,
        reason=summary.get("FailureReason"),
    )


def values_of(tuned: Mapping[str, str]) -> dict[str, str]:
    """Tuned values come as strings, categorical ones perhaps in quotes of their own."""
    return {name: _unquoted(value) for name, value in tuned.items()}


def _unquoted(value: str) -> str:
    try:
        return str(json.loads(value)) if value.startswith('"') else value
    except ValueError:
        return value
