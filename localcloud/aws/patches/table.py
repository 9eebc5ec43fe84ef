"""All patches of moto; a service's file lists its own with their reasons."""

from __future__ import annotations

from functools import cache

from localcloud.aws.patches import (
    awslambda,
    cloudformation,
    events,
    s3_notifications,
    s3_ranges,
    s3_tagging,
)

_SERVICES = (awslambda, cloudformation, events, s3_notifications, s3_ranges, s3_tagging)


@cache
def apply() -> None:
    """Patch moto; a second call does nothing."""
    for service in _SERVICES:
        for patch in service.PATCHES:
            patch.apply()
