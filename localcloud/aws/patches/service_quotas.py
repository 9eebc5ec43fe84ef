"""Service Quotas tells of the limits that the local services really have.

moto knows the default quotas of VPC alone.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.servicequotas.responses import ServiceQuotasResponse

from localcloud.aws import service_quotas
from localcloud.aws.patches.patch import Patch


def _list_services(_response: ServiceQuotasResponse) -> ActionResult:
    return ActionResult({"Services": service_quotas.services()})


def _list_service_quotas(response: ServiceQuotasResponse) -> ActionResult:
    return ActionResult({"Quotas": _quotas(response)})


def _get_service_quota(response: ServiceQuotasResponse) -> ActionResult:
    code = json.loads(response.body)["QuotaCode"]
    for quota in _quotas(response):
        if quota["QuotaCode"] == code:
            return ActionResult({"Quota": quota})
    raise JsonRESTError(
        "NoSuchResourceException", f"The request failed because {code} doesn't exist."
    )


def _quotas(response: ServiceQuotasResponse) -> list[dict[str, Any]]:
    service = json.loads(response.body)["ServiceCode"]
    quotas = service_quotas.quotas(service)
    if quotas is None:
        raise JsonRESTError(
            "NoSuchResourceException", f"The local cloud has no quotas of {service}."
        )
    return quotas


PATCHES = (
    Patch(ServiceQuotasResponse, "list_services", _list_services, is_new=True),
    Patch(ServiceQuotasResponse, "list_service_quotas", _list_service_quotas, is_new=True),
    Patch(ServiceQuotasResponse, "list_aws_default_service_quotas", _list_service_quotas),
    Patch(ServiceQuotasResponse, "get_service_quota", _get_service_quota),
    Patch(ServiceQuotasResponse, "get_aws_default_service_quota", _get_service_quota, is_new=True),
)
