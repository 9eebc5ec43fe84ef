"""Names that a template gives its resources, and whether the account has them already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from moto.awslambda.models import lambda_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.dynamodb.models import dynamodb_backends
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from localcloud.aws.account import NUMBER, REGION


def _buckets() -> Iterable[str]:
    return s3_backends[NUMBER]["aws"].buckets


def _tables() -> Iterable[str]:
    return dynamodb_backends[NUMBER][REGION].tables


def _queues() -> Iterable[str]:
    return sqs_backends[NUMBER][REGION].queues


def _topics() -> Iterable[str]:
    return (topic.name for topic in sns_backends[NUMBER][REGION].topics.values())


def _roles() -> Iterable[str]:
    return (role.name for role in iam_backends[NUMBER]["aws"].roles.values())


def _functions() -> Iterable[str]:
    return (function.function_name for function in lambda_backends[NUMBER][REGION].list_functions())


def _log_groups() -> Iterable[str]:
    return logs_backends[NUMBER][REGION].groups


def _alarms() -> Iterable[str]:
    return cloudwatch_backends[NUMBER][REGION].alarms


def _rules() -> Iterable[str]:
    return events_backends[NUMBER][REGION].event_buses["default"].rules


# Type to the property that names it and what is there; REST APIs and mappings share names freely.
NAMED: Mapping[str, tuple[str, Callable[[], Iterable[str]]]] = {
    "AWS::S3::Bucket": ("BucketName", _buckets),
    "AWS::DynamoDB::Table": ("TableName", _tables),
    "AWS::SQS::Queue": ("QueueName", _queues),
    "AWS::SNS::Topic": ("TopicName", _topics),
    "AWS::IAM::Role": ("RoleName", _roles),
    "AWS::Lambda::Function": ("FunctionName", _functions),
    "AWS::Logs::LogGroup": ("LogGroupName", _log_groups),
    "AWS::CloudWatch::Alarm": ("AlarmName", _alarms),
    "AWS::Events::Rule": ("Name", _rules),
}


def is_taken(kind: str, name: str) -> bool:
    return name in set(NAMED[kind][1]())
