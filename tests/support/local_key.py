"""The one key of an account in which nobody but the administrator has any."""

from __future__ import annotations

from localcloud.aws.account import ACCESS_KEY, SECRET_KEY


def secret_of(key: str, token: str) -> str | None:
    return SECRET_KEY if key == ACCESS_KEY else None
