"""A template's notification configuration becomes a request of S3's API."""

from __future__ import annotations

import pytest

from localcloud.stack.bucket_settings import for_api

QUEUE = {
    "Event": "s3:ObjectCreated:*",
    "Queue": "arn:q",
    "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "images/"}]}},
}


def test_a_queue_with_a_filter() -> None:
    assert for_api({"QueueConfigurations": [QUEUE]}) == {
        "QueueConfigurations": [
            {
                "QueueArn": "arn:q",
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "images/"}]}},
            }
        ]
    }


def test_a_function_is_called_otherwise_in_the_api() -> None:
    configuration = {"LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": "arn:f"}]}

    assert for_api(configuration) == {
        "LambdaFunctionConfigurations": [
            {"LambdaFunctionArn": "arn:f", "Events": ["s3:ObjectCreated:*"]}
        ]
    }


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [({}, True), ({"EventBridgeEnabled": "true"}, True), ({"EventBridgeEnabled": False}, False)],
)
def test_the_eventbridge_switch(switch: dict[str, object], wanted: bool) -> None:
    assert ("EventBridgeConfiguration" in for_api({"EventBridgeConfiguration": switch})) is wanted


def test_eventbridge_may_be_switched_on_later_than_the_rest() -> None:
    configuration = {"QueueConfigurations": [QUEUE], "EventBridgeConfiguration": {}}

    assert for_api(configuration, eventbridge=False).keys() == {"QueueConfigurations"}
