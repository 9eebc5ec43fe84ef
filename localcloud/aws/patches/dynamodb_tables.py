"""A table of a stack has the time to live that its template gives it; moto forgets it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table

from localcloud.aws.account import NUMBER, REGION
from localcloud.aws.patches.patch import Patch

_create_of_moto: Callable[..., Table] = Table.create_from_cloudformation_json


def _create(
    _table: type[Table], name: str, resource: Mapping[str, Any], *place: Any, **rest: Any
) -> Table:
    made = _create_of_moto(name, resource, *place, **rest)
    if wanted := resource["Properties"].get("TimeToLiveSpecification"):
        dynamodb_backends[NUMBER][REGION].update_time_to_live(made.name, dict(wanted))
    return made


PATCHES = (Patch(Table, "create_from_cloudformation_json", classmethod(_create)),)
