"""Which role of a template may do what: IAM's matching of actions, resources and conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from tests.support.compiled_template import Template


def role_of(template: Template, function: str) -> str:
    """The logical name of a function's role."""
    return str(template.functions()[function]["Role"]).rpartition("/")[2]


def statements(template: Template, role: str) -> Iterator[Mapping[str, Any]]:
    for policy in template.properties(role)["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def allows(template: Template, role: str, action: str, resource: str) -> bool:
    return any(
        statement["Effect"] == "Allow"
        and any(fnmatchcase(action, pattern) for pattern in listed(statement["Action"]))
        and any(fnmatchcase(resource, pattern) for pattern in listed(statement["Resource"]))
        for statement in statements(template, role)
    )


def ledger_kinds(template: Template, role: str, action: str) -> set[str]:
    """The kinds of items of the table (its partition key) on which a role may act."""
    conditions = [
        statement["Condition"]["ForAllValues:StringEquals"]
        for statement in statements(template, role)
        if action in listed(statement["Action"])
    ]
    return {kind for condition in conditions for kind in condition["dynamodb:LeadingKeys"]}


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
