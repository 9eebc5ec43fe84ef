"""An authority of the SageMaker engine that notes what it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from localcloud.sagemaker.keys import Keys
from localcloud.sagemaker.region.authority import Permission
from localcloud.sagemaker.region.errors import ApiError


class NotingAuthority:
    """Lets everybody do what is not forbidden here."""

    def __init__(self) -> None:
        self.asked: list[Permission] = []
        self.assumed: list[tuple[str, str]] = []
        self.forbidden: set[str] = set()

    def check(self, headers: Mapping[str, str], permissions: Sequence[Permission]) -> None:
        self.asked += permissions
        if self.forbidden & {permission.action for permission in permissions}:
            raise ApiError("AccessDeniedException", "User: somebody is not authorized")

    def keys_of(self, role: str, source: str) -> Keys:
        self.assumed.append((role, source))
        if role in self.forbidden:
            raise ApiError("ValidationException", f"Could not assume role {role}.")
        return Keys(key="ROLEKEY", secret="secret", token=role)
