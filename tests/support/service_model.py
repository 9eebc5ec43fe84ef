"""What SageMaker would say to a request: botocore's model, and the limits and patterns of AWS."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from localcloud.sagemaker.api.validation import validate
from localcloud.sagemaker.region.errors import ApiError


@cache
def _sagemaker() -> ServiceModel:
    model: ServiceModel = boto3.client("sagemaker", region_name="us-east-1").meta.service_model
    return model


def objection(operation: str, request: Mapping[str, Any]) -> str | None:
    """Why the request would not be sent or not be taken; None if there is no reason."""
    shape = _sagemaker().operation_model(operation).input_shape
    assert shape is not None
    errors = ParamValidator().validate(request, shape)
    if errors.has_errors():
        return str(errors.generate_report())
    try:
        validate(operation, dict(request))
    except ApiError as error:
        return error.message
    return None
