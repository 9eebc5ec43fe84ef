"""Which permissions an operation takes, by the service authorization reference of SageMaker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from localcloud.sagemaker.region.authority import Permission
from localcloud.sagemaker.region.kinds import (
    ENDPOINT,
    ENDPOINT_CONFIG,
    EXPERIMENTS,
    JOBS,
    MODEL,
    REGISTRY,
    TRIAL_COMPONENT,
    TUNING,
    Kind,
)
from localcloud.sagemaker.region.settings import Settings
from localcloud.sagemaker.region.shapes import Json

KINDS = (*JOBS, MODEL, ENDPOINT_CONFIG, ENDPOINT, *REGISTRY, *EXPERIMENTS)
SPOKEN = re.compile("(Create|Describe|Stop|Update|Delete|Invoke)([A-Za-z]+)")
# Operations whose name does not end with what they act on.
ODD = {
    "AssociateTrialComponent": TRIAL_COMPONENT,
    "BatchPutMetrics": TRIAL_COMPONENT,
    "DisassociateTrialComponent": TRIAL_COMPONENT,
    "InvokeEndpointAsync": ENDPOINT,
    "InvokeEndpointWithResponseStream": ENDPOINT,
    "ListTrainingJobsForHyperParameterTuningJob": TUNING,
    "UpdateEndpointWeightsAndCapacities": ENDPOINT,
}
TAGGING = ("AddTags", "ListTags", "DeleteTags")
ROLES = ("RoleArn", "ExecutionRoleArn")


def permissions(operation: str, request: Json, settings: Settings) -> Iterator[Permission]:
    """The first is that of the operation itself; lists and searches know no resource."""
    resource = _resource_of(operation, request, settings)
    yield Permission(action=f"sagemaker:{operation}", resource=resource)
    if operation.startswith("Create") and request.get("Tags"):
        yield Permission(action="sagemaker:AddTags", resource=resource)
    for role in _passed_roles(request):
        context = {
            "iam:PassedToService": ("sagemaker.amazonaws.com",),
            "iam:AssociatedResourceArn": (resource,),
        }
        yield Permission(action="iam:PassRole", resource=role, context=context)


def _resource_of(operation: str, request: Json, settings: Settings) -> str:
    if operation in TAGGING:
        return str(request.get("ResourceArn", ""))
    kind = _kind_of(operation)
    if kind is None:
        return "*"
    # Model packages are changed by their ARN, and made under the name of their group.
    members = (kind.name_member, kind.arn_member, "ModelPackageGroupName")
    name = next((str(request[member]) for member in members if request.get(member)), "")
    return name if name.startswith("arn:") else settings.arn(kind.arn_part, name)


def _kind_of(operation: str) -> Kind | None:
    if operation in ODD:
        return ODD[operation]
    spoken = SPOKEN.fullmatch(operation)
    return next((kind for kind in KINDS if spoken and spoken[2] == kind.stem), None)


def _passed_roles(request: Any) -> list[str]:
    """The roles that a request hands to SageMaker, wherever it names them; each once."""
    if isinstance(request, list):
        parts, named = request, []
    elif isinstance(request, dict):
        parts = list(request.values())
        named = [request[name] for name in ROLES if isinstance(request.get(name), str)]
    else:
        return []
    found = named + [role for part in parts for role in _passed_roles(part)]
    return list(dict.fromkeys(found))
