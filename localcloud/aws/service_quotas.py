"""The limits of the account's services, as Service Quotas tells of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from localcloud.aws.account import NUMBER, REGION

_SERVICE_NAMES = {"sagemaker": "Amazon SageMaker"}
_published: dict[str, Mapping[str, int]] = {}


def publish(service: str, limits: Mapping[str, int]) -> None:
    """From now on the account has these limits: name to number."""
    _published[service] = limits


def services() -> list[dict[str, str]]:
    return [{"ServiceCode": code, "ServiceName": _SERVICE_NAMES[code]} for code in _published]


def quotas(service: str) -> list[dict[str, Any]] | None:
    """None if no such service has published its limits."""
    limits = _published.get(service)
    return None if limits is None else [_quota(service, *limit) for limit in limits.items()]


def _quota(service: str, name: str, value: int) -> dict[str, Any]:
    code = _quota_code(name)
    return {
        "ServiceCode": service,
        "ServiceName": _SERVICE_NAMES[service],
        "QuotaArn": f"arn:aws:servicequotas:{REGION}:{NUMBER}:{service}/{code}",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": float(value),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


def _quota_code(name: str) -> str:
    """In the form of AWS's codes, which cannot be derived from the name there."""
    return f"L-{hashlib.sha256(name.encode()).hexdigest()[:8].upper()}"
