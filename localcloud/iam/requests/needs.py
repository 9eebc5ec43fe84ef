"""Which permissions a request takes, whatever its service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from localcloud.iam.evaluation import Need
from localcloud.iam.requests import dynamodb, others, s3
from localcloud.iam.requests.request import Region, Request, Unmapped

# By the name that a service has in signatures.
_SERVICES: Mapping[str, Callable[[Request, Region], Iterable[Need]]] = {
    "dynamodb": dynamodb.needs,
    "events": others.events_needs,
    "iam": others.iam_needs,
    "lambda": others.lambda_needs,
    "logs": others.logs_needs,
    "monitoring": others.metrics_needs,
    "s3": lambda request, _: s3.needs(request),
    "sns": others.sns_needs,
    "sqs": others.sqs_needs,
    "sts": others.sts_needs,
}


def needs(service: str, request: Request, region: Region) -> tuple[Need, ...]:
    """All of them must be allowed; `Unmapped` when the local cloud does not know them."""
    if service not in _SERVICES:
        raise Unmapped(f"a request to {service}")
    try:
        return tuple(_SERVICES[service](request, region))
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise Unmapped(f"a malformed request to {service}") from error
