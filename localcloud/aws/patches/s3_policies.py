"""Bucket policies are judged before moto sees a request.

moto judges them for some requests, and without their conditions: "TLS only" would close a bucket.
"""

from __future__ import annotations

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from localcloud.aws.patches.patch import Patch


def _get_permission(bucket: FakeBucket, action: str, resource: str) -> Any:  # noqa: ARG001
    return PermissionResult.PERMITTED


PATCHES = (Patch(FakeBucket, "get_permission", _get_permission),)
