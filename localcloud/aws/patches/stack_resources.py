"""Stacks deploy, list and describe what moto leaves out of them.

moto's CloudFormation knows no event-invoke configurations, alarms, queue and bucket policies: it
warns, goes on, and answers HTML where the resource is asked for afterwards. Others it makes without
a physical id. The services themselves, in moto, know all of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import moto.cloudformation.parsing
from moto.awslambda.models import lambda_backends
from moto.cloudformation.models import Stack
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.common_models import CloudFormationModel
from moto.s3.models import FakeBucket, s3_backends
from moto.sqs.models import sqs_backends

from localcloud.aws.account import NUMBER, REGION
from localcloud.aws.patches.patch import Patch

Properties = Mapping[str, Any]


class _Resource(CloudFormationModel):
    """A resource that one call makes, that the same call changes, and another one removes."""

    def __init__(self, physical_resource_id: str, properties: Properties) -> None:
        self.physical_resource_id = physical_resource_id
        self.properties = properties

    @classmethod
    def put(cls, name: str, properties: Properties) -> str:
        """Make or change it; its physical id."""
        raise NotImplementedError

    def delete(self, account: str, region: str) -> None:
        raise NotImplementedError

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, *_place: str, **_stack: Any
    ) -> _Resource:
        properties = cloudformation_json["Properties"]
        return cls(cls.put(resource_name, properties), properties)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: _Resource | None,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> _Resource:
        if original_resource is not None:
            original_resource.delete(account_id, region_name)
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json)

    def is_created(self) -> bool:
        return True


class EventInvokeConfig(_Resource):
    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::Lambda::EventInvokeConfig"

    @classmethod
    def put(cls, name: str, properties: Properties) -> str:  # noqa: ARG003
        function, qualifier = properties["FunctionName"], properties["Qualifier"]
        config = {k: v for k, v in properties.items() if k not in {"FunctionName", "Qualifier"}}
        whole = {"MaximumRetryAttempts", "MaximumEventAgeInSeconds"}
        typed = {k: int(v) if k in whole else v for k, v in config.items()}
        lambda_backends[NUMBER][REGION].put_function_event_invoke_config(function, typed)
        return f"{function.rpartition(':')[2]}|{qualifier}"

    def delete(self, account: str, region: str) -> None:
        function = self.properties["FunctionName"]
        lambda_backends[account][region].delete_function_event_invoke_config(function)


class Alarm(_Resource):
    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::CloudWatch::Alarm"

    @staticmethod
    def cloudformation_name_type() -> str:
        return "AlarmName"

    @classmethod
    def put(cls, name: str, properties: Properties) -> str:
        cloudwatch_backends[NUMBER][REGION].put_metric_alarm(
            name=name,
            namespace=properties["Namespace"],
            metric_name=properties["MetricName"],
            comparison_operator=properties["ComparisonOperator"],
            evaluation_periods=int(properties["EvaluationPeriods"]),
            period=int(properties["Period"]),
            threshold=float(properties["Threshold"]),
            statistic=properties["Statistic"],
            description=properties.get("AlarmDescription", ""),
            dimensions=properties.get("Dimensions", []),
            alarm_actions=properties.get("AlarmActions", []),
            treat_missing_data=properties.get("TreatMissingData"),
        )
        return name

    def delete(self, account: str, region: str) -> None:
        cloudwatch_backends[account][region].delete_alarms([self.physical_resource_id])


class QueuePolicy(_Resource):
    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SQS::QueuePolicy"

    @classmethod
    def put(cls, name: str, properties: Properties) -> str:
        for queue in properties["Queues"]:
            _set_queue_policy(queue, json.dumps(properties["PolicyDocument"]))
        return name

    def delete(self, account: str, region: str) -> None:  # noqa: ARG002
        for queue in self.properties["Queues"]:
            _set_queue_policy(queue, "")


def _set_queue_policy(url: str, policy: str) -> None:
    name = url.rpartition("/")[2]
    sqs_backends[NUMBER][REGION].set_queue_attributes(name, {"Policy": policy})


class BucketPolicy(_Resource):
    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::S3::BucketPolicy"

    @classmethod
    def put(cls, name: str, properties: Properties) -> str:  # noqa: ARG003
        bucket: str = properties["Bucket"]
        policy = json.dumps(properties["PolicyDocument"]).encode()
        s3_backends[NUMBER]["aws"].put_bucket_policy(bucket, policy)
        return bucket

    def delete(self, account: str, region: str) -> None:  # noqa: ARG002
        s3_backends[account]["aws"].delete_bucket_policy(self.properties["Bucket"])


# moto judges requests by a bucket's policy without its conditions: a policy that denies what does
# not come by TLS would deny everything.
def _leave_to_iam(_bucket: FakeBucket, _action: str, _resource: str) -> Any:
    from moto.iam.access_control import PermissionResult

    return PermissionResult.NEUTRAL


def _stack_resources(stack: Stack) -> Iterator[Any]:
    """Those that exist, under their physical ids; a false condition has made none."""
    resources: Mapping[str, Any] = stack.resource_map
    for logical, resource in resources.items():
        if resource is not None:
            if not getattr(resource, "physical_resource_id", None):
                resource.physical_resource_id = _generated_id(stack, logical)
            yield resource


def _generated_id(stack: Stack, logical: str) -> str:
    suffix = hashlib.sha256(f"{stack.stack_id} {logical}".encode()).hexdigest()[:12]
    return f"{stack.name}-{logical}-{suffix}"


_models_of_moto = moto.cloudformation.parsing.get_model_list


def _models() -> list[type[CloudFormationModel]]:
    others = [model for model in _models_of_moto() if model is not _Resource]
    return [*others, *_Resource.__subclasses__()]


PATCHES = (
    Patch(moto.cloudformation.parsing, "get_model_list", _models),
    Patch(Stack, "stack_resources", property(_stack_resources)),
    Patch(FakeBucket, "get_permission", _leave_to_iam),
)
