"""The role that SageMaker works as for a resource."""

from __future__ import annotations

from localcloud.sagemaker.region.kinds import MODEL, TRANSFORM, TUNING, Kind
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json


def execution_role(kind: Kind, fields: Json, region: Region) -> str:
    """A transform job works as its model's role, a tuning job as its training jobs'."""
    if kind is TRANSFORM:
        return model_role(fields["ModelName"], region)
    if kind is TUNING:
        definitions = fields.get("TrainingJobDefinitions") or [fields["TrainingJobDefinition"]]
        fields = definitions[0]
    return str(fields.get("RoleArn", ""))


def model_role(name: str, region: Region) -> str:
    return str(region.record(MODEL, name).get("ExecutionRoleArn", ""))
