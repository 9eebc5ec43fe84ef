"""What a search expression finds, operator by operator, and what it is refused for."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.sagemaker.api import search_filters
from localcloud.sagemaker.region.errors import ApiError
from localcloud.sagemaker.region.shapes import service_model

TRAINING = service_model().shape_for("TrainingJob")
JOB = {
    "TrainingJobName": "dogs-1",
    "TrainingJobStatus": "Completed",
    "HyperParameters": {"learning.rate": "0.05", "epochs": "12", "head": '"mlp"'},
    "CreationTime": 1_763_632_800.5,  # 2025-11-20T10:00:00Z
    "TrainingTimeInSeconds": 90,
    "EnableManagedSpotTraining": False,
    "FinalMetricDataList": [{"MetricName": "valid:accuracy", "Value": 0.91}],
    "InputDataConfig": [
        {"ChannelName": "train", "ContentType": "a"},
        {"ChannelName": "valid", "ContentType": "b"},
    ],
    "Tags": [{"Key": "team.name", "Value": "dogs"}],
}


def finds(**expression: Any) -> bool:
    search_filters.check(TRAINING, expression)
    return search_filters.satisfied(TRAINING, JOB, expression)


def condition(text: str) -> dict[str, str]:
    name, *rest = text.split(" ", 2)
    return {"Name": name, **dict(zip(("Operator", "Value"), rest, strict=False))}


@pytest.mark.parametrize(
    "text",
    [
        "TrainingJobName Equals dogs-1",
        "TrainingJobName NotEquals dogs-2",
        "TrainingJobName Contains ogs",
        "TrainingJobStatus In Failed, Completed",
        "FailureReason NotExists",
        "FailureReason NotEquals anything",
        "Tags.team.name Equals dogs",
        "Tags.team.name Exists",
        "HyperParameters.learning.rate LessThan 0.5",
        "HyperParameters.learning.rate Equals 0",
        "HyperParameters.epochs GreaterThanOrEqualTo 12",
        "HyperParameters.head Contains mlp",
        "Metrics.valid:accuracy GreaterThan 0.9",
        "TrainingTimeInSeconds LessThanOrEqualTo 90",
        "EnableManagedSpotTraining Equals false",
        "CreationTime Equals 2025-11-20T10:00:00",
        "CreationTime GreaterThan 2025-11-20T09:59:59Z",
        "InputDataConfig.ChannelName Equals valid",
    ],
)
def test_a_condition_finds_the_job_and_the_contrary_one_does_not(text: str) -> None:
    assert finds(Filters=[condition(text)])


@pytest.mark.parametrize(
    "text",
    [
        "TrainingJobName Equals dogs",
        "TrainingJobName NotEquals dogs-1",
        "TrainingJobStatus In Failed,Stopped",
        "FailureReason Exists",
        "FailureReason Contains error",
        "Tags.team Exists",
        "HyperParameters.learning.rate GreaterThan 0.05",
        "HyperParameters.head LessThan 3",
        "Metrics.loss LessThan 1",
        "CreationTime LessThan 2025-11-20T10:00:00",
    ],
)
def test_a_condition_that_does_not_hold_finds_nothing(text: str) -> None:
    assert not finds(Filters=[condition(text)])


def test_conditions_hold_together_or_one_is_enough() -> None:
    true, false = condition("TrainingTimeInSeconds Equals 90"), condition("RoleArn Exists")

    assert not finds(Filters=[true, false])
    assert not finds(Filters=[true], SubExpressions=[{"Filters": [false]}], Operator="And")
    assert finds(Filters=[false], SubExpressions=[{"Filters": [true]}], Operator="Or")


def test_nested_filters_mean_one_and_the_same_element() -> None:
    def nested(channel: str, content: str) -> dict[str, Any]:
        filters = [
            condition(f"InputDataConfig.ChannelName Equals {channel}"),
            condition(f"InputDataConfig.ContentType Equals {content}"),
        ]
        return {"NestedPropertyName": "InputDataConfig", "Filters": filters}

    assert finds(NestedFilters=[nested("train", "a")])
    assert not finds(NestedFilters=[nested("train", "b")])


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        (["Name Equals x"], "Unknown property name: Name"),
        (["TrainingJobName.Inner Equals x"], "Unknown property name"),
        (["TrainingJobName GreaterThan x"], "not supported for the property TrainingJobName"),
        (["TrainingTimeInSeconds Contains 9"], "only supported for text"),
        (["TrainingTimeInSeconds Equals long"], "must be a number"),
        (["CreationTime LessThan yesterday"], "must be a time"),
        (["EnableManagedSpotTraining Equals no"], "true or false"),
        (["ResourceConfig Equals x"], "only be searched with Exists"),
        (["TrainingJobName Exists x"], "does not take a Value"),
        (["TrainingJobName"], "needs a Value"),
        (["TrainingJobName Contains a", "RoleArn Contains b"], "'CONTAINS' operator usage limit"),
        (["TrainingJobName Equals a"] * 51, "at most 50"),
        ([], "at least one subexpression"),
    ],
)
def test_malformed_conditions_are_refused(texts: list[str], complaint: str) -> None:
    with pytest.raises(ApiError, match=complaint):
        search_filters.check(TRAINING, {"Filters": [condition(text) for text in texts]})


def test_nested_filters_need_a_list_and_its_own_properties() -> None:
    wrong = [condition("RoleArn Exists")]

    with pytest.raises(ApiError, match="is not a nested property"):
        finds(NestedFilters=[{"NestedPropertyName": "RoleArn", "Filters": wrong}])
    with pytest.raises(ApiError, match="RoleArn is not a property of InputDataConfig"):
        finds(NestedFilters=[{"NestedPropertyName": "InputDataConfig", "Filters": wrong}])
