"""A template's references are resolved to what was really created."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.stack.template import Template, UnresolvedReference

QUEUE_URL = "http://127.0.0.1:5000/123456789012/the-queue"
BODY: dict[str, Any] = {
    "Parameters": {"Given": {"Default": "d"}, "Defaulted": {"Default": "d"}},
    "Conditions": {
        "No": {"Fn::Equals": [{"Ref": "Given"}, "d"]},
        "Yes": {"Fn::Not": [{"Condition": "No"}]},
        "Both": {"Fn::And": [{"Condition": "No"}, {"Condition": "Yes"}]},
        "Either": {"Fn::Or": [{"Condition": "No"}, {"Condition": "Yes"}]},
    },
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"Unknown": {"Fn::Cidr": []}}},
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Table": {"Type": "AWS::DynamoDB::Table", "Condition": "No"},
    },
}


@pytest.fixture
def template() -> Template:
    physical = {"Queue": QUEUE_URL, "Topic": "arn:aws:sns:us-east-1:123456789012:the-topic"}
    return Template("stack", BODY, physical, {"Given": "g"})


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"Ref": "Queue"}, QUEUE_URL),
        ({"Ref": "Given"}, "g"),
        ({"Ref": "Defaulted"}, "d"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "AWS::StackName"}, "stack"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:aws:sqs:us-east-1:123456789012:the-queue"),
        ({"Fn::GetAtt": "Queue.QueueName"}, "the-queue"),
        ({"Fn::GetAtt": ["Topic", "TopicArn"]}, "arn:aws:sns:us-east-1:123456789012:the-topic"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Given"}]]}, "a-g"),
        ({"Fn::Sub": "${Given}/${Queue.QueueName}/${!Literal}"}, "g/the-queue/${Literal}"),
        ({"Fn::Sub": ["${x}", {"x": {"Ref": "Given"}}]}, "g"),
        ({"Fn::If": ["Yes", "y", "n"]}, "y"),
        ({"Fn::If": ["Both", "y", "n"]}, "n"),
        ({"Fn::If": ["Either", "y", "n"]}, "y"),
        ([{"deep": {"Ref": "Given"}}], [{"deep": "g"}]),
    ],
)
def test_a_reference_becomes_a_value(template: Template, value: Any, wanted: Any) -> None:
    assert template.resolve(value) == wanted


@pytest.mark.parametrize(
    "value", [{"Ref": "Nothing"}, {"Fn::Cidr": []}, {"Fn::GetAtt": ["Queue", "Colour"]}]
)
def test_what_cannot_be_resolved_says_so(template: Template, value: Any) -> None:
    with pytest.raises(UnresolvedReference, match="stack"):
        template.resolve(value)


def test_a_resource_whose_condition_fails_does_not_exist(template: Template) -> None:
    assert list(template.resources("AWS::DynamoDB::Table")) == []


def test_properties_that_nobody_reads_need_not_be_resolved(template: Template) -> None:
    queue = next(template.resources("AWS::SQS::Queue"))

    assert queue.name == "the-queue"
    with pytest.raises(UnresolvedReference):
        queue.properties["Unknown"]
