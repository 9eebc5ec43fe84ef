"""Who may do what: decided outside of the engine, which only says what a request takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from localcloud.sagemaker.keys import ADMINISTRATOR, Keys


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One action on one resource, in IAM's words; the context is what conditions may ask for."""

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Authority(Protocol):
    def check(self, headers: Mapping[str, str], permissions: Sequence[Permission]) -> None:
        """Raise ApiError unless the signer of a request with these headers has them all."""
        ...

    def keys_of(self, role: str, source: str) -> Keys:
        """Credentials of the role for work on the resource `source`.

        Raise ApiError when SageMaker may not assume the role.
        """
        ...


class Anybody:
    """Lets everybody do everything: what an engine without an account around it does."""

    def check(self, headers: Mapping[str, str], permissions: Sequence[Permission]) -> None:
        """Nobody is refused."""

    def keys_of(self, role: str, source: str) -> Keys:  # noqa: ARG002
        return ADMINISTRATOR
