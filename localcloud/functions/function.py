"""A deployed function: what its stack says about how it runs, and what becomes of its failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_CONCURRENCY = 4  # places of a function that reserves none: the machine is one, and small


@dataclass(frozen=True, kw_only=True)
class FailurePolicy:
    """What happens to an asynchronous invocation that fails (Lambda's EventInvokeConfig)."""

    retries: int = 2
    max_age: float = 6 * 3600
    on_failure: str | None = None
    on_success: str | None = None
    dead_letters: str | None = None


@dataclass(frozen=True, kw_only=True)
class Function:
    name: str
    arn: str
    role: str
    handler: str
    timeout: float
    memory: int
    environment: Mapping[str, str]
    bucket: str
    code: str
    policy: FailurePolicy = FailurePolicy()
    reserved: int | None = None

    @property
    def concurrency(self) -> int:
        return DEFAULT_CONCURRENCY if self.reserved is None else self.reserved
