"""What SageMaker's training toolkit needs to run our code: script mode. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from pipeline.names import Program, bundle_key, uri
from pipeline.run import Run
from pipeline.settings import Settings
from pipeline.structured_rules import as_hyperparameter

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.literals import TrainingInstanceTypeType
    from mypy_boto3_sagemaker.type_defs import (
        ResourceConfigTypeDef,
    )


def script_parameters(kind: Program, script: str, run: Run, settings: Settings) -> dict[str, str]:
    """Hyperparameters by which the toolkit finds the code and runs its script."""
    return encoded(
        {
            "sagemaker_program": script,
            "sagemaker_submit_directory": uri(settings.bucket, bundle_key(run.source, kind)),
            "sagemaker_container_log_level": 20,
            "sagemaker_region": settings.region,
        }
    )


def encoded(values: Mapping[str, str | int | float]) -> dict[str, str]:
    """Hyperparameters as the SDK writes them: JSON, so texts are in quotes.

    The toolkit and the SDK's `attach` read each value as JSON; a bare digest such as 12e45 would
    arrive as a number.
    """
    return {
        name: as_hyperparameter(value) if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
    }


def encoded_texts(values: Mapping[str, str]) -> dict[str, str]:
    """Values of a search, all of them texts: numbers stay as they were written."""
    return {
        name: text if _is_number(text) else as_hyperparameter(text) for name, text in values.items()
    }


def _is_number(text: str) -> bool:
    try:
        return isinstance(json.loads(text), int | float)
    except ValueError:
        return False


def training_resources(instance: str, gigabytes: int) -> ResourceConfigTypeDef:
    return {
        "InstanceType": cast("TrainingInstanceTypeType", instance),
        "InstanceCount": 1,
        "VolumeSizeInGB": gigabytes,
    }
