"""Which permissions requests to the smaller services take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from localcloud.iam.evaluation import Need
from localcloud.iam.requests.request import Region, Request, Unmapped

_QUEUE_ACTIONS = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    **{
        name: name
        for name in (
            "SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility",
            "GetQueueAttributes", "GetQueueUrl", "PurgeQueue", "SetQueueAttributes",
        )
    },
}  # fmt: skip
_TOPIC_ACTIONS = {
    "PublishBatch": "Publish",
    **{
        name: name
        for name in ("Publish", "Subscribe", "GetTopicAttributes", "ListSubscriptionsByTopic")
    },
}
_LOG_ACTIONS = {
    "CreateLogGroup", "CreateLogStream", "DeleteLogStream", "DescribeLogGroups",
    "DescribeLogStreams", "FilterLogEvents", "GetLogEvents", "PutLogEvents",
}  # fmt: skip
_INVOCATION = re.compile(r"/2015-03-31/functions/([^/]+)/invocations/?")
_FUNCTION = re.compile(r"/2015-03-31/functions/([^/]+)(/configuration)?/?")


def sqs_needs(request: Request, region: Region) -> Iterator[Need]:
    body = request.json() if request.target else request.form()
    operation = request.target or str(body.get("Action", ""))
    if operation not in _QUEUE_ACTIONS:
        raise Unmapped(operation)
    name = str(body.get("QueueName") or body.get("QueueUrl") or request.path).rpartition("/")[2]
    yield Need(action=f"sqs:{_QUEUE_ACTIONS[operation]}", resource=region.arn("sqs", name))


def sns_needs(request: Request, _: Region) -> Iterator[Need]:
    form = request.form()
    operation = form.get("Action", "")
    topic = form.get("TopicArn") or form.get("TargetArn")
    if operation not in _TOPIC_ACTIONS or topic is None:
        raise Unmapped(operation)
    yield Need(action=f"sns:{_TOPIC_ACTIONS[operation]}", resource=topic)


def events_needs(request: Request, region: Region) -> Iterator[Need]:
    if request.target != "PutEvents":
        raise Unmapped(request.target)
    for entry in request.json().get("Entries", ()):
        bus = str(entry.get("EventBusName", "default")).rpartition("/")[2]
        yield Need(
            action="events:PutEvents",
            resource=region.arn("events", f"event-bus/{bus}"),
            context={
                "events:source": (str(entry.get("Source", "")),),
                "events:detail-type": (str(entry.get("DetailType", "")),),
            },
        )


def logs_needs(request: Request, region: Region) -> Iterator[Need]:
    operation, body = request.target, request.json()
    if operation not in _LOG_ACTIONS or (
        "logGroupName" not in body and operation != "DescribeLogGroups"
    ):
        raise Unmapped(operation)
    # CloudWatch Logs names a stream always; one of no name stands for the group.
    stream = body.get("logStreamName", "")
    resource = f"log-group:{body.get('logGroupName', '')}:log-stream:{stream}"
    yield Need(action=f"logs:{operation}", resource=region.arn("logs", resource))


def metrics_needs(request: Request, _: Region) -> Iterator[Need]:
    operation = request.target or request.form().get("Action", "")
    if operation != "PutMetricData":
        raise Unmapped(operation)
    body = request.json() if request.target else request.form()
    yield Need(
        action="cloudwatch:PutMetricData",
        resource="*",
        context={"cloudwatch:namespace": (str(body.get("Namespace", "")),)},
    )


def lambda_needs(request: Request, region: Region) -> Iterator[Need]:
    if found := _INVOCATION.fullmatch(request.path):
        action = "InvokeFunction"
    elif request.method == "GET" and (found := _FUNCTION.fullmatch(request.path)):
        action = "GetFunctionConfiguration" if found[2] else "GetFunction"
    else:
        raise Unmapped(f"{request.method} {request.path}")
    name = unquote(found[1]).rpartition("function:")[2]
    yield Need(action=f"lambda:{action}", resource=region.arn("lambda", f"function:{name}"))


def sts_needs(request: Request, _: Region) -> Iterator[Need]:
    form = request.form()
    match form.get("Action"):
        case "GetCallerIdentity":
            return  # whoever asks may know who he is
        case "AssumeRole":
            context = {"sts:RoleSessionName": (form.get("RoleSessionName", ""),)}
            if "ExternalId" in form:
                context["sts:ExternalId"] = (form["ExternalId"],)
            yield Need(action="sts:AssumeRole", resource=form.get("RoleArn", ""), context=context)
        case other:
            raise Unmapped(str(other))


def iam_needs(request: Request, region: Region) -> Iterator[Need]:
    form = request.form()
    if form.get("Action") != "GetRole":
        raise Unmapped(form.get("Action", ""))
    resource = f"arn:aws:iam::{region.account}:role/{form.get('RoleName', '')}"
    yield Need(action="iam:GetRole", resource=resource)
