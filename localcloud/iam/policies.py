"""Policy documents as statements that can be judged; what cannot be judged is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from localcloud.iam.conditions import Condition, UnsupportedPolicy

_ELEMENTS = {
    "Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Principals:
    """Whom a statement of a resource policy is about."""

    anybody: bool = False
    accounts: tuple[str, ...] = ()  # ARNs of roles, users, sessions, or of an account's root
    services: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Statement:
    effect: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    principals: Principals | None = None
    sid: str = ""


Policy = tuple[Statement, ...]


@lru_cache(maxsize=1024)
def read_policy(document: str) -> Policy:
    """The statements of a policy document, as IAM and its services store it."""
    body = json.loads(document)
    if "${" in document:
        raise UnsupportedPolicy("the local cloud does not know policy variables: " + document)
    return tuple(_statement(part) for part in _listed(body.get("Statement", ())))


def _statement(body: Mapping[str, Any]) -> Statement:
    if strange := set(body) - _ELEMENTS:
        raise UnsupportedPolicy(f"the local cloud does not know {', '.join(sorted(strange))}")
    return Statement(
        effect=body["Effect"],
        actions=_texts(body.get("Action")),
        not_actions=_texts(body.get("NotAction")),
        resources=_texts(body.get("Resource")),
        not_resources=_texts(body.get("NotResource")),
        conditions=tuple(_conditions(body.get("Condition", {}))),
        principals=_principals(body["Principal"]) if "Principal" in body else None,
        sid=body.get("Sid", ""),
    )


def _conditions(block: Mapping[str, Mapping[str, Any]]) -> Iterator[Condition]:
    for operator, keys in block.items():
        for key, values in keys.items():
            yield Condition.parse(operator, key, _texts(values))


def _principals(body: Any) -> Principals:
    if body == "*":
        return Principals(anybody=True)
    if strange := set(body) - {"AWS", "Service"}:
        raise UnsupportedPolicy(f"the local cloud knows no {', '.join(sorted(strange))} principals")
    accounts = _texts(body.get("AWS"))
    return Principals(
        anybody="*" in accounts,
        accounts=tuple(_account_arn(name) for name in accounts if name != "*"),
        services=_texts(body.get("Service")),
    )


def _account_arn(name: str) -> str:
    return f"arn:aws:iam::{name}:root" if name.isdigit() else name


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(item) for item in _listed(value)) if value is not None else ()


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
