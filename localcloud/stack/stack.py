"""The deployed stack as the local cloud runs it: functions, queue triggers, schedules, routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from localcloud.aws.account import Clients
from localcloud.functions.function import FailurePolicy, Function
from localcloud.stack.template import Template
from localcloud.triggers.queue_poller import QueueTrigger
from localcloud.triggers.schedules import Schedule


@dataclass(frozen=True, kw_only=True)
class Stack:
    functions: tuple[Function, ...]
    triggers: tuple[QueueTrigger, ...]
    schedules: tuple[Schedule, ...]
    buckets: tuple[str, ...]

    def setting(self, name: str) -> str | None:
        """The value that the deployed functions have for an environment variable."""
        values = (function.environment.get(name) for function in self.functions)
        return next((value for value in values if value), None)


def read_stack(template: Template, clients: Clients) -> Stack:
    return Stack(
        functions=tuple(_functions(template, clients)),
        triggers=tuple(_triggers(clients)),
        schedules=tuple(_schedules(clients)),
        buckets=tuple(
            bucket.name
            for bucket in template.resources("AWS::S3::Bucket")
            if bucket.logical != "ServerlessDeploymentBucket"
        ),
    )


def _functions(template: Template, clients: Clients) -> Iterator[Function]:
    policies = dict(_invoke_configs(template))
    for resource in template.resources("AWS::Lambda::Function"):
        properties = resource.properties
        deployed = clients["lambda"].get_function_configuration(FunctionName=resource.name)
        dead_letters = properties.get("DeadLetterConfig", {}).get("TargetArn")
        yield Function(
            name=resource.name,
            arn=resource.arn,
            role=properties["Role"],
            handler=deployed["Handler"],
            timeout=float(deployed.get("Timeout", 3)),
            memory=int(deployed.get("MemorySize", 128)),
            environment=deployed.get("Environment", {}).get("Variables", {}),
            bucket=properties["Code"]["S3Bucket"],
            code=properties["Code"]["S3Key"],
            policy=_policy(policies.get(resource.name, {}), dead_letters),
            reserved=_whole(properties.get("ReservedConcurrentExecutions")),
        )


def _invoke_configs(template: Template) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """moto does not deploy them: read from the template."""
    for resource in template.resources("AWS::Lambda::EventInvokeConfig"):
        yield resource.properties["FunctionName"].rpartition(":")[2], resource.properties


def _policy(config: Mapping[str, Any], dead_letters: str | None) -> FailurePolicy:
    destinations = config.get("DestinationConfig", {})
    return FailurePolicy(
        retries=int(config.get("MaximumRetryAttempts", FailurePolicy.retries)),
        max_age=float(config.get("MaximumEventAgeInSeconds", FailurePolicy.max_age)),
        on_failure=destinations.get("OnFailure", {}).get("Destination"),
        on_success=destinations.get("OnSuccess", {}).get("Destination"),
        dead_letters=dead_letters,
    )


def _triggers(clients: Clients) -> Iterator[QueueTrigger]:
    for mapping in clients["lambda"].list_event_source_mappings()["EventSourceMappings"]:
        yield QueueTrigger(
            id=mapping["UUID"],
            function=mapping["FunctionArn"].rpartition(":")[2],
            queue=mapping["EventSourceArn"],
            batch_size=int(mapping.get("BatchSize") or 10),
            window=float(mapping.get("MaximumBatchingWindowInSeconds") or 0),
            partial="ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", []),
            concurrency=_whole(mapping.get("ScalingConfig", {}).get("MaximumConcurrency")),
        )


def _schedules(clients: Clients) -> Iterator[Schedule]:
    for rule in clients["events"].list_rules()["Rules"]:
        if rule.get("ScheduleExpression") and rule["State"] == "ENABLED":
            targets = clients["events"].list_targets_by_rule(Rule=rule["Name"])["Targets"]
            yield Schedule(
                rule=rule["Arn"], expression=rule["ScheduleExpression"], targets=tuple(targets)
            )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def disable_triggers_of_moto(stack: Stack, clients: Clients) -> None:
    """moto serves mappings inside SendMessage, in vain, and so burns the messages' receives."""
    for trigger in stack.triggers:
        clients["lambda"].update_event_source_mapping(UUID=trigger.id, Enabled=False)
