"""Policies of queues, topics and buckets, which moto's CloudFormation leaves out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from localcloud.aws.account import Clients
from localcloud.stack.template import Template


def apply_policies(template: Template, clients: Clients) -> None:
    for kind, apply in _KINDS.items():
        for resource in template.resources(kind):
            document = json.dumps(resource.properties["PolicyDocument"])
            apply(resource.properties, document, clients)


def _of_queues(properties: Mapping[str, Any], document: str, clients: Clients) -> None:
    for url in properties["Queues"]:
        clients["sqs"].set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})


def _of_topics(properties: Mapping[str, Any], document: str, clients: Clients) -> None:
    for arn in properties["Topics"]:
        clients["sns"].set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=document
        )


def _of_bucket(properties: Mapping[str, Any], document: str, clients: Clients) -> None:
    clients["s3"].put_bucket_policy(Bucket=properties["Bucket"], Policy=document)


_KINDS: Mapping[str, Callable[[Mapping[str, Any], str, Clients], None]] = {
    "AWS::SQS::QueuePolicy": _of_queues,
    "AWS::SNS::TopicPolicy": _of_topics,
    "AWS::S3::BucketPolicy": _of_bucket,
}
