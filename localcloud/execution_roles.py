"""The account's policies for the SageMaker engine: its callers, and the roles that jobs work as."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from localcloud.iam.authority import AccessDenied, Authority
from localcloud.iam.evaluation import Need
from localcloud.iam.requests.answers import EXPIRED, UNKNOWN, UNSIGNED, Refusal
from localcloud.iam.requests.request import Claim
from localcloud.iam.sessions import KeyExpired, UnknownKey
from localcloud.sagemaker.keys import Keys
from localcloud.sagemaker.region.authority import Permission
from localcloud.sagemaker.region.errors import ApiError, invalid

_SERVICE = "sagemaker.amazonaws.com"


class ExecutionRoles:
    """Implements the engine's `Authority`."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._lock = threading.Lock()
        self._keys: dict[str, Keys] = {}

    def check(self, headers: Mapping[str, str], permissions: Sequence[Permission]) -> None:
        claim = Claim.read({name.lower(): value for name, value in headers.items()}, {})
        if claim is None:
            raise _refused(UNSIGNED)
        try:
            caller = self._authority.signer(claim.key, claim.token).principal
            self._authority.require(caller, *map(_need, permissions))
        except UnknownKey as error:
            raise _refused(UNKNOWN) from error
        except KeyExpired as error:
            raise _refused(EXPIRED) from error
        except AccessDenied as denial:
            raise ApiError("AccessDeniedException", str(denial)) from denial

    def keys_of(self, role: str, source: str) -> Keys:
        try:
            self._authority.require_service(
                _SERVICE, Need(action="sts:AssumeRole", resource=role), source=source
            )
        except AccessDenied as denial:
            raise invalid(
                f"Could not assume role {role}. Please ensure that the role exists and allows "
                f"principal '{_SERVICE}' to assume the role."
            ) from denial
        with self._lock:  # one session for all work of a role: clients of it can be shared
            if role not in self._keys:
                self._keys[role] = self._authority.assume_for(
                    _SERVICE, role, "SageMaker", source=source
                )
            return self._keys[role]


def _need(permission: Permission) -> Need:
    return Need(action=permission.action, resource=permission.resource, context=permission.context)


def _refused(refusal: Refusal) -> ApiError:
    return ApiError(refusal.json, refusal.message)
