"""All patches of moto; a service's file lists its own with their reasons."""

from __future__ import annotations

from functools import cache

from localcloud.aws.patches import (
    awslambda,
    cloudformation,
    dynamodb_batches,
    dynamodb_tables,
    events,
    iam_policies,
    logs_filter,
    s3_conditions,
    s3_notifications,
    s3_policies,
    s3_ranges,
    s3_tagging,
    s3_versions,
    service_quotas,
    sqs_queues,
    sqs_redrive,
    stack_outputs,
    stack_resources,
    unsupported,
)

_SERVICES = (
    awslambda,
    cloudformation,
    dynamodb_batches,
    dynamodb_tables,
    events,
    iam_policies,
    logs_filter,
    s3_conditions,
    s3_notifications,
    s3_policies,
    s3_ranges,
    s3_tagging,
    s3_versions,
    service_quotas,
    sqs_queues,
    sqs_redrive,
    stack_outputs,
    stack_resources,
    unsupported,
)


@cache
def apply() -> None:
    """Patch moto; a second call does nothing."""
    for service in _SERVICES:
        for patch in service.PATCHES:
            patch.apply()
