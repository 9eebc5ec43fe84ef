"""The one key of an account in which nobody but the administrator has any."""

from __future__ import annotations

from localcloud.sagemaker.keys import ADMINISTRATOR


def secret_of(key: str, token: str) -> str | None:
    return ADMINISTRATOR.secret if key == ADMINISTRATOR.key else None
