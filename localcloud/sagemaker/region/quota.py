"""The account's limits: instances per kind of job, and requests per second."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping

from localcloud.sagemaker.region.errors import ApiError
from localcloud.sagemaker.region.kinds import QUOTAS, Kind
from localcloud.sagemaker.region.records import Record, Records
from localcloud.sagemaker.region.shapes import Json

# What a new AWS account is given over all instance types of a kind.
NEW_ACCOUNT = 4
BUSY = {"InProgress", "Stopping", "Creating", "Updating", "InService"}


def account_quotas(wanted: Mapping[str, int] | None) -> dict[str, int]:
    """Limits as asked for, else from KENNEL_LOCAL_QUOTA_<KIND>, else those of a new account."""
    asked = wanted or {}
    return {**{quota: from_environment(quota) for quota in QUOTAS}, **asked}


def from_environment(quota: str) -> int:
    name = f"KENNEL_LOCAL_QUOTA_{quota.upper()}"
    text = os.environ.get(name, str(NEW_ACCOUNT))
    if not text.isdigit():
        raise ValueError(f"{name}={text!r} is not a whole number of instances")
    return int(text)


class Quotas:
    """Refuses what would need more instances of a kind than the account has."""

    def __init__(self, records: Records, limits: dict[str, int]) -> None:
        self._records = records
        self._limits = limits

    def admit(self, kind: Kind, instances: int) -> None:
        limit, used = self._limits[kind.quota], self.used(kind)
        if used + instances > limit:
            raise exceeded(kind.quota, limit=limit, used=used, wanted=instances)

    def refusal(self, kind: Kind, wanted: int) -> ApiError:
        """As if others had all the instances."""
        limit = self._limits[kind.quota]
        return exceeded(kind.quota, limit=limit, used=limit, wanted=wanted)

    def named(self) -> dict[str, int]:
        """All limits, as Service Quotas calls them."""
        return {_quota_name(quota): limit for quota, limit in self._limits.items()}

    def room(self, kind: Kind) -> int:
        return self._limits[kind.quota] - self.used(kind)

    def limit(self, kind: Kind) -> int:
        return self._limits[kind.quota]

    def used(self, kind: Kind) -> int:
        return sum(instances(record) for record in self._records.of(kind))


def _quota_name(quota: str) -> str:
    """What Service Quotas calls it."""
    if quota == "endpoint":
        return "Number of instances across active endpoints"
    return f"Number of instances across all {quota} jobs"


def exceeded(quota: str, *, limit: int, used: int, wanted: int) -> ApiError:
    message = (
        f"The account-level service limit '{_quota_name(quota)}' is {limit} Instances, with "
        f"current utilization of {used} Instances and a request delta of {wanted} Instances. "
        "Please use AWS Service Quotas to request an increase for this quota. If AWS Service "
        "Quotas is not available, contact AWS support to request an increase for this quota."
    )
    return ApiError("ResourceLimitExceeded", message)


def instances(record: Record) -> int:
    """How many instances the resource occupies now."""
    return instance_count(record.fields()) if record.status in BUSY else 0


def instance_count(fields: Json) -> int:
    resources = (
        fields.get("ResourceConfig")
        or fields.get("TransformResources")
        or fields.get("ProcessingResources", {}).get("ClusterConfig")
    )
    if resources:
        return int(resources.get("InstanceCount", 1))
    # Serverless variants have no instances and count nothing.
    variants = fields.get("ProductionVariants", ())
    return sum(int(variant.get("CurrentInstanceCount", 0)) for variant in variants)


class Throttle:
    """Lets an operation through at most so many times a second; without a rate always."""

    def __init__(self, rates: Mapping[str, float]) -> None:
        self._rates = rates
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def admit(self, operation: str) -> None:
        rate = self._rates.get(operation)
        if rate is None:
            return
        with self._lock:
            now = time.monotonic()
            if now < self._next.get(operation, 0.0):
                raise ApiError("ThrottlingException", "Rate exceeded")
            self._next[operation] = now + 1 / rate
