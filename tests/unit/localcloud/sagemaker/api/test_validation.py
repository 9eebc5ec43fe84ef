"""Requests are judged by SageMaker's declared shapes, in SageMaker's words."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.sagemaker.api.validation import validate
from localcloud.sagemaker.region.errors import ApiError
from tests.support.sagemaker_engine import processing_request


def complaint(operation: str, request: dict[str, Any]) -> str:
    """What is wrong with the request; nothing if it passes."""
    try:
        validate(operation, request)
    except ApiError as error:
        return error.message
    return ""


def test_a_good_request_passes() -> None:
    assert complaint("CreateProcessingJob", processing_request("prep-1", "true")) == ""


def test_a_missing_member_is_null() -> None:
    request = processing_request("prep-1", "true")
    del request["RoleArn"]

    assert complaint("CreateProcessingJob", request) == (
        "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: "
        "Member must not be null"
    )


def test_a_bad_name_is_told_with_its_pattern() -> None:
    message = complaint("CreateProcessingJob", processing_request("a_b", "true"))

    assert "Value 'a_b' at 'processingJobName' failed to satisfy constraint" in message
    assert "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*" in message


def test_every_error_is_counted() -> None:
    request = processing_request("x" * 64, "true")
    request["ProcessingResources"]["ClusterConfig"]["InstanceCount"] = 0
    request["ProcessingResources"]["ClusterConfig"]["InstanceType"] = "ml.huge"

    message = complaint("CreateProcessingJob", request)

    assert message.startswith("4 validation errors detected: ")
    assert "Member must have length less than or equal to 63" in message
    assert "Member must have value greater than or equal to 1" in message
    assert "Member must satisfy enum value set: [ml.t3.medium," in message


def test_members_of_lists_are_numbered() -> None:
    tags = [{"Key": "team", "Value": "dogs"}, {"Key": "", "Value": "x"}]

    message = complaint("AddTags", {"ResourceArn": "arn:aws:sagemaker:x", "Tags": tags})

    assert "at 'tags.2.member.key' failed to satisfy constraint" in message


def test_values_of_maps_are_checked() -> None:
    request = {**processing_request("prep-1", "true"), "Environment": {"LONG": "x" * 300}}

    message = complaint("CreateProcessingJob", request)

    assert "Map value must satisfy constraint" in message
    assert "less than or equal to 256" in message


def test_an_unknown_member_is_told() -> None:
    request = {**processing_request("prep-1", "true"), "Roll": "x"}

    assert "Unknown member 'Roll'" in complaint("CreateProcessingJob", request)


def test_a_value_of_another_type_cannot_be_read() -> None:
    with pytest.raises(ApiError) as caught:
        validate("StopProcessingJob", {"ProcessingJobName": 7})

    assert caught.value.code == "SerializationException"


def test_an_unknown_operation_is_refused() -> None:
    with pytest.raises(ApiError) as caught:
        validate("CreateDog", {})

    assert caught.value.code == "UnknownOperationException"
