"""SageMaker's declared shapes, as botocore carries them."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationModel, ServiceModel, StructureShape

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


@cache
def model_of(service: str, name: str) -> OperationModel:
    """An operation of one of SageMaker's other services."""
    return botocore.session.Session().get_service_model(service).operation_model(name)


def answer_members(fields: Json, operation: str) -> Json:
    """Of these, the members that the operation's answer declares."""
    return declared_members(fields, operation_model(operation).output_shape)


def asked_members(fields: Json, operation: str) -> Json:
    """Of these, the members that the operation's request declares."""
    return declared_members(fields, operation_model(operation).input_shape)


def declared_members(fields: Json, shape: StructureShape | None) -> Json:
    declared = set(shape.members) if shape else set()
    return {name: value for name, value in fields.items() if name in declared}


def names(text: str) -> list[str]:
    """Member names, written as one text."""
    return text.split()
