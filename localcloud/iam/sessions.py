"""Temporary credentials of roles: issued, found again by key and token, expired."""

from __future__ import annotations

import hmac
import secrets
import string
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from localcloud.iam.principals import Principal
from localcloud.sagemaker.keys import Keys

_LETTERS = string.ascii_uppercase + "234567"


class UnknownKey(LookupError):
    """Nobody has that access key, or its session token is another."""


class KeyExpired(LookupError):
    """The session of that key is over: its owner must ask for new credentials."""


@dataclass(frozen=True, kw_only=True)
class Credentials(Keys):
    """Keys of a session: whose they are, and until when."""

    token: str
    expires: datetime
    principal: Principal


class Sessions:
    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._issued: dict[str, Credentials] = {}

    def issue(self, principal: Principal, lasting: timedelta) -> Credentials:
        credentials = Credentials(
            key="ASIA" + "".join(secrets.choice(_LETTERS) for _ in range(16)),
            secret=secrets.token_urlsafe(30),
            token=secrets.token_urlsafe(200),
            expires=self._now() + lasting,
            principal=principal,
        )
        with self._lock:
            self._issued[credentials.key] = credentials
        return credentials

    def find(self, key: str, token: str) -> Credentials:
        """The session's credentials; `UnknownKey` or `KeyExpired` when they are no longer good."""
        found = self._issued.get(key)
        if found is None or not hmac.compare_digest(found.token.encode(), token.encode()):
            raise UnknownKey(key)
        if found.expires <= self._now():
            raise KeyExpired(key)
        return found

    def withdraw(self, credentials: Credentials) -> None:
        """The process that had them has ended."""
        with self._lock:
            self._issued.pop(credentials.key, None)
