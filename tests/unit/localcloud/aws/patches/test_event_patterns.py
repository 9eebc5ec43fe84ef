"""Rules with wildcards, and what they hear of a transform job's outputs."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.account import Clients
from localcloud.sagemaker.region.objects import Location, Objects

QUEUE = "arn:aws:sqs:us-east-1:123456789012:taken"


def pattern(wildcard: str) -> str:
    detail = {"object": {"key": [{"wildcard": wildcard}]}}
    return json.dumps({"detail-type": ["Object Created"], "detail": detail})


def queue_for_rules(account: Clients) -> str:
    url: str = account["sqs"].get_queue_url(QueueName="taken")["QueueUrl"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account["sqs"].set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url


def test_a_rule_with_several_wildcards_hears_of_a_transform_jobs_outputs(account: Clients) -> None:
    account["s3"].create_bucket(Bucket="bucket")
    account["s3"].put_bucket_notification_configuration(
        Bucket="bucket", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    url = queue_for_rules(account)
    account["events"].put_rule(Name="outputs", EventPattern=pattern("batches/*/output/*.out"))
    account["events"].put_targets(Rule="outputs", Targets=[{"Id": "1", "Arn": QUEUE}])
    objects = Objects(account["s3"])

    for name in ("input/p.jsonl", "output/p.jsonl.outer", "output/input/p.jsonl.out"):
        objects.write_in_parts(Location("bucket", f"batches/b1/{name}"), b"{}\n")

    messages = account["sqs"].receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    (event,) = [json.loads(message["Body"]) for message in messages]
    assert event["detail"]["object"]["key"] == "batches/b1/output/input/p.jsonl.out"
    assert event["detail"]["reason"] == "CompleteMultipartUpload"
    assert event["detail"].keys() >= {"version", "bucket", "request-id", "requester"}
    assert event["detail"]["object"].keys() >= {"size", "etag", "sequencer"}


def test_two_wildcards_side_by_side_are_refused(account: Clients) -> None:
    with pytest.raises(ClientError, match="InvalidEventPatternException"):
        account["events"].put_rule(Name="wild", EventPattern=pattern("batches/**/x"))
