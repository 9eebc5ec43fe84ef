"""What moto's CloudFormation leaves out of a bucket: its versioning and its notifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from localcloud.aws.account import Clients
from localcloud.stack.deployment import DeploymentFailed
from localcloud.stack.template import Template

# Kind of destination: the template's list, its field, and the same two in S3's API.
_KINDS = (
    ("QueueConfigurations", "Queue", "QueueConfigurations", "QueueArn"),
    ("TopicConfigurations", "Topic", "TopicConfigurations", "TopicArn"),
    ("LambdaConfigurations", "Function", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
)


def apply_versioning(template: Template, clients: Clients) -> None:
    for bucket in template.resources("AWS::S3::Bucket"):
        if configuration := bucket.properties.get("VersioningConfiguration"):
            clients["s3"].put_bucket_versioning(
                Bucket=bucket.name, VersioningConfiguration=configuration
            )


def apply_notifications(template: Template, clients: Clients, *, eventbridge: bool = True) -> None:
    for bucket in template.resources("AWS::S3::Bucket"):
        configuration = bucket.properties.get("NotificationConfiguration")
        if configuration:
            wanted = for_api(configuration, eventbridge=eventbridge)
            try:
                clients["s3"].put_bucket_notification_configuration(
                    Bucket=bucket.name, NotificationConfiguration=wanted
                )
            except ClientError as error:
                raise DeploymentFailed(f"bucket {bucket.name}: {error}") from error


def for_api(configuration: Mapping[str, Any], *, eventbridge: bool = True) -> dict[str, Any]:
    """The template's spelling of a notification configuration in the spelling of S3's API."""
    body: dict[str, Any] = {
        api_list: [_route(item, field, api_field) for item in configuration[listing]]
        for listing, field, api_list, api_field in _KINDS
        if listing in configuration
    }
    if eventbridge and "EventBridgeConfiguration" in configuration:
        switch = configuration["EventBridgeConfiguration"].get("EventBridgeEnabled", True)
        if str(switch).lower() == "true":
            body["EventBridgeConfiguration"] = {}
    return body


def _route(item: Mapping[str, Any], field: str, api_field: str) -> dict[str, Any]:
    route: dict[str, Any] = {api_field: item[field], "Events": [item["Event"]]}
    if "Filter" in item:
        rules = item["Filter"]["S3Key"]["Rules"]
        route["Filter"] = {
            "Key": {"FilterRules": [{"Name": r["Name"], "Value": r["Value"]} for r in rules]}
        }
    return route
