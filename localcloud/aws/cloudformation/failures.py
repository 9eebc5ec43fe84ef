"""A resource that CloudFormation cannot make, and what it says then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.cloudformation.parsing import ResourceMap, clean_json

from localcloud.aws.cloudformation.names import NAMED, is_taken
from localcloud.aws.cloudformation.schemas import faults


class ResourceFailed(Exception):
    """The operation on the stack ends here and is rolled back; `verb` is what it tried."""

    def __init__(self, logical: str, reason: str, verb: str = "CREATE") -> None:
        super().__init__(f"{logical}: {reason}")
        self.logical = logical
        self.reason = reason
        self.verb = verb


def check_properties(logical: str, resource: Mapping[str, Any]) -> None:
    found = faults(resource["Type"], resource.get("Properties", {}))
    if found:
        listed = "\n".join(found)
        raise ResourceFailed(
            logical, f"Properties validation failed for resource {logical} with message:\n{listed}"
        )


def check_name(logical: str, resource: Mapping[str, Any], resources: ResourceMap) -> None:
    """A name that the template gives must be new to the account."""
    name = given_name(resource, resources)
    if name is not None and is_taken(resource["Type"], name):
        kind = resource["Type"]
        raise ResourceFailed(
            logical, f"Resource of type '{kind}' with identifier '{name}' already exists."
        )


def given_name(resource: Mapping[str, Any], resources: ResourceMap) -> str | None:
    """The explicit name of a resource; None where CloudFormation makes one up."""
    if resource["Type"] not in NAMED:
        return None
    name = resource.get("Properties", {}).get(NAMED[resource["Type"]][0])
    return None if name is None else str(clean_json(name, resources))
