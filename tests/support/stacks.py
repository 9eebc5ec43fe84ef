"""A stack `s` of queues in an otherwise empty account, and what became of it."""

from __future__ import annotations

import json
from typing import Any

from localcloud.aws.account import Clients

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "made"}}
TAKEN = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "taken"}, "DependsOn": "Made"}


def queues(account: Clients) -> set[str]:
    urls = account["sqs"].list_queues().get("QueueUrls", [])
    return {url.rpartition("/")[2] for url in urls}


def create(account: Clients, resources: Any, **request: Any) -> None:
    body = json.dumps({"Resources": resources, **request.pop("template", {})})
    account["cloudformation"].create_stack(StackName="s", TemplateBody=body, **request)


def update(account: Clients, resources: Any, **request: Any) -> None:
    body = json.dumps({"Resources": resources, **request.pop("template", {})})
    account["cloudformation"].update_stack(StackName="s", TemplateBody=body)


def status(account: Clients) -> str:
    (stack,) = account["cloudformation"].describe_stacks(StackName="s")["Stacks"]
    return str(stack["StackStatus"])


def failure(account: Clients) -> tuple[str, str]:
    """The resource that failed, and why."""
    events = account["cloudformation"].describe_stack_events(StackName="s")["StackEvents"]
    event = next(event for event in events if event["ResourceStatus"].endswith("_FAILED"))
    return event["LogicalResourceId"], event["ResourceStatusReason"]
