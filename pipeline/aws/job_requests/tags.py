"""What tells the bill which work was paid for. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.names import JobKind, RunId
from pipeline.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import TagTypeDef


def tags(settings: Settings, kind: JobKind, run: RunId | None = None) -> list[TagTypeDef]:
    """Cost-allocation tags of a job or model; SageMaker hands a tuning's on to its trials.

    The stack's own resources carry the first two as well (serverless.yml).
    """
    values = {
        "kennel-service": settings.service,
        "kennel-stage": settings.stage,
        "kennel-kind": kind,
    }
    if run is not None:
        values["kennel-run"] = run
    return [{"Key": key, "Value": value} for key, value in values.items()]
