"""Which permissions the calls of AWS's clients take, by the service authorization reference."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.iam.requests.needs import needs
from localcloud.iam.requests.request import Region, Request, Unmapped
from tests.support.aws_requests import made_by

REGION = Region(
    account="123456789012",
    name="us-east-1",
    hash_key={"kennel": "kind"}.get,
)
QUEUE = "arn:aws:sqs:us-east-1:123456789012:letters"
QUEUE_URL = "http://127.0.0.1:9/123456789012/letters"
TOPIC = "arn:aws:sns:us-east-1:123456789012:news"
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
ROLE = "arn:aws:iam::123456789012:role/worker"


def needed(service: str, operation: str, **parameters: Any) -> list[tuple[str, str]]:
    claim, request = made_by(service, operation, **parameters)
    return [(need.action, need.resource) for need in needs(claim.service, request, REGION)]


def context_of(service: str, operation: str, **parameters: Any) -> dict[str, tuple[str, ...]]:
    claim, request = made_by(service, operation, **parameters)
    return dict(needs(claim.service, request, REGION)[0].context)


CALLS = [
    ("sqs", "send_message", {"QueueUrl": QUEUE_URL, "MessageBody": "x"}, "SendMessage", QUEUE),
    ("sqs", "receive_message", {"QueueUrl": QUEUE_URL}, "ReceiveMessage", QUEUE),
    (
        "sqs",
        "delete_message_batch",
        {"QueueUrl": QUEUE_URL, "Entries": [{"Id": "1", "ReceiptHandle": "x"}]},
        "DeleteMessage",
        QUEUE,
    ),
    ("sqs", "get_queue_url", {"QueueName": "letters"}, "GetQueueUrl", QUEUE),
    ("sns", "publish", {"TopicArn": TOPIC, "Message": "x"}, "Publish", TOPIC),
    (
        "logs",
        "create_log_stream",
        {"logGroupName": "/aws/lambda/f", "logStreamName": "s"},
        "CreateLogStream",
        f"{GROUP}:log-stream:s",
    ),
    (
        "logs",
        "create_log_group",
        {"logGroupName": "/aws/lambda/f"},
        "CreateLogGroup",
        f"{GROUP}:log-stream:",
    ),
    (
        "logs",
        "delete_log_stream",
        {"logGroupName": "/aws/lambda/f", "logStreamName": "s"},
        "DeleteLogStream",
        f"{GROUP}:log-stream:s",
    ),
    ("lambda", "invoke", {"FunctionName": "f"}, "InvokeFunction", FUNCTION),
    ("lambda", "invoke", {"FunctionName": FUNCTION}, "InvokeFunction", FUNCTION),
    ("sts", "assume_role", {"RoleArn": ROLE, "RoleSessionName": "one"}, "AssumeRole", ROLE),
    ("iam", "get_role", {"RoleName": "worker"}, "GetRole", ROLE),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "action", "resource"), CALLS)
def test_a_call_takes_a_permission(
    service: str, operation: str, parameters: dict[str, Any], action: str, resource: str
) -> None:
    assert needed(service, operation, **parameters) == [(f"{service}:{action}", resource)]


def test_who_asks_may_always_know_who_he_is() -> None:
    assert needed("sts", "get_caller_identity") == []


def test_every_event_of_a_request_is_judged_by_its_source() -> None:
    entry = {"Source": "kennel", "DetailType": "Ended", "Detail": "{}"}

    assert needed("events", "put_events", Entries=[entry, entry]) == [("events:PutEvents", BUS)] * 2
    assert context_of("events", "put_events", Entries=[entry])["events:source"] == ("kennel",)


def test_metrics_know_namespaces_only() -> None:
    data: dict[str, Any] = {"Namespace": "/aws/sagemaker/x", "MetricData": []}

    assert needed("cloudwatch", "put_metric_data", **data) == [("cloudwatch:PutMetricData", "*")]
    assert context_of("cloudwatch", "put_metric_data", **data) == {
        "cloudwatch:namespace": ("/aws/sagemaker/x",)
    }


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("sqs", "list_queues", {}),
        ("sns", "create_topic", {"Name": "x"}),
        ("logs", "delete_log_group", {"logGroupName": "x"}),
        ("lambda", "list_functions", {}),
        ("sts", "get_session_token", {}),
        ("secretsmanager", "list_secrets", {}),
    ],
)
def test_what_is_not_mapped_is_not_guessed(
    service: str, operation: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(Unmapped):
        needed(service, operation, **parameters)


def test_a_malformed_request_is_not_guessed_either() -> None:
    headers = {"x-amz-target": "DynamoDB_20120810.GetItem"}
    for body in (b"[1]", b"{", b'{"TableName": "kennel", "Key": {"kind": "run"}}'):
        request = Request(method="POST", path="/", query={}, headers=headers, body=body)
        with pytest.raises(Unmapped):
            needs("dynamodb", request, REGION)
