"""The schemas of AWS's resource types, as cfn-lint carries them, held against properties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from jsonschema import Draft7Validator

from localcloud.aws.account import REGION


class _Unknown:
    """A value that an intrinsic function gives when the resource is created."""


_UNKNOWN = _Unknown()
_NO_VALUE = {"Ref": "AWS::NoValue"}


def is_known(kind: str) -> bool:
    return kind in _types()


@cache
def _types() -> frozenset[str]:
    return frozenset(PROVIDER_SCHEMA_MANAGER.get_resource_types(REGION))


def faults(kind: str, properties: Mapping[str, Any]) -> list[str]:
    """What CloudFormation says of properties that the type does not have, lacks, or forbids."""
    if not is_known(kind):
        return []
    errors = _validator(kind).iter_errors(_literal(properties))
    return sorted({sentence for error in errors for sentence in _sentences(error)})


@cache
def _validator(kind: str) -> Draft7Validator:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
    return Draft7Validator(schema)


def _literal(value: Any) -> Any:
    """The value as far as the template tells it."""
    if isinstance(value, list):
        return [_literal(item) for item in value if item != _NO_VALUE]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (name := next(iter(value))) and (name == "Ref" or name[:4] == "Fn::"):
        return _UNKNOWN
    return {name: _literal(item) for name, item in value.items() if item != _NO_VALUE}


def _sentences(error: Any) -> Iterator[str]:
    # Types are left alone: CloudFormation turns "60" into 60 by itself.
    place = "/".join(["#", *(str(step) for step in error.absolute_path)])
    match error.validator:
        case "additionalProperties":
            for name in _extraneous(error.instance, error.schema):
                yield f"{place}: extraneous key [{name}] is not permitted"
        case "required":
            for name in error.validator_value:
                if name not in error.instance:
                    yield f"{place}: required key [{name}] not found"
        case "enum" if error.instance is not _UNKNOWN:
            yield f"{place}: {error.instance} is not a valid enum value"


def _extraneous(instance: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    patterns = schema.get("patternProperties", {})
    for name in instance:
        matched = any(re.search(pattern, name) for pattern in patterns)
        if not matched and name not in schema.get("properties", {}):
            yield name
