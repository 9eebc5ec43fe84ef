"""Policies in memory, for who judges by them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from localcloud.iam.authority import Authority, Signer
from localcloud.iam.principals import Principal

ACCOUNT = "123456789012"


@dataclass
class FakeDirectory:
    """Implements `Directory`; statements by the ARN of what they are attached to."""

    identity: dict[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    resource: dict[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def key_of_user(self, key: str) -> Signer | None:
        return None

    def identity_policies(self, identity: str) -> list[str]:
        return [_document(self.identity[identity])] if identity in self.identity else []

    def resource_policy(self, arn: str) -> str | None:
        return _document(self.resource[arn]) if arn in self.resource else None

    def authority(self) -> Authority:
        administrator = Signer(principal=Principal.user(ACCOUNT, "local"), secret="local")
        return Authority(self, administrator, administrators_key="local")


def invited(*functions: str) -> FakeDirectory:
    """Functions that let any REST API of the account invoke them."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": "*",
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:execute-api:*:{ACCOUNT}:*/*/*"}},
    }
    arns = [f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}" for name in functions]
    return FakeDirectory(resource={arn: [statement] for arn in arns})


def _document(statements: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
