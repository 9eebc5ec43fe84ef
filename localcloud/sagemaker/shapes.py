"""SageMaker's declared shapes, as botocore carries them."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationModel, ServiceModel

# A request, an answer or a part of one: JSON whose members botocore's model declares.
Json = dict[str, Any]


@cache
def service_model() -> ServiceModel:
    return botocore.session.Session().get_service_model("sagemaker")


def is_operation(name: str) -> bool:
    return name in service_model().operation_names


@cache
def operation_model(name: str) -> OperationModel:
    return service_model().operation_model(name)


def common_members(request: Json, operation: str) -> Json:
    """The members of a request that the output shape of `operation` declares as well."""
    shape = operation_model(operation).output_shape
    declared = set(shape.members) if shape else set()
    return {name: value for name, value in request.items() if name in declared}


def names(text: str) -> list[str]:
    """Member names, written as one text."""
    return text.split()
