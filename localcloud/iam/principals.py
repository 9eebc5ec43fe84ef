"""Who asks: the account's administrator, a user, a session of a role, or a service of AWS."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Principal:
    """`arn` is what AWS's answers name; `identity` is whose policies hold."""

    kind: Literal["user", "role", "service"]
    arn: str
    identity: str  # ARN of the user or role; a service's name for a service

    @classmethod
    def user(cls, account: str, name: str) -> Principal:
        arn = f"arn:aws:iam::{account}:user/{name}"
        return cls(kind="user", arn=arn, identity=arn)

    @classmethod
    def session(cls, role: str, name: str) -> Principal:
        """A session of the role with that ARN."""
        account, _, path = role.split(":", 4)[4].partition(":")
        role_name = path.rpartition("/")[2]
        arn = f"arn:aws:sts::{account}:assumed-role/{role_name}/{name}"
        return cls(kind="role", arn=arn, identity=role)

    @classmethod
    def service(cls, name: str) -> Principal:
        return cls(kind="service", arn=name, identity=name)

    @property
    def id(self) -> str:
        """The unique id that STS shows: the same for the same name."""
        letters = base64.b32encode(hashlib.sha256(self.identity.encode()).digest())[:17].decode()
        if self.kind == "role":
            return f"AROA{letters}:{self.arn.rpartition('/')[2]}"
        return f"AIDA{letters}"

    @property
    def account(self) -> str:
        return "" if self.kind == "service" else self.arn.split(":")[4]
