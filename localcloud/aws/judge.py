"""The account's authority: moto's services find it here when they act by themselves.

One process holds one account, hence one authority.
"""

from __future__ import annotations

from localcloud.aws.account import NUMBER
from localcloud.aws.directory import MotoDirectory
from localcloud.iam.authority import Authority, Record, Signer
from localcloud.iam.evaluation import Need
from localcloud.iam.principals import Principal
from localcloud.sagemaker.keys import ADMINISTRATOR

_appointed: list[Authority] = []


def appoint(record: Record) -> Authority:
    """A new authority over the account, which is the one to ask from now on."""
    key = ADMINISTRATOR.key
    administrator = Signer(principal=Principal.user(NUMBER, key), secret=ADMINISTRATOR.secret)
    authority = Authority(MotoDirectory(), administrator, administrators_key=key, record=record)
    _appointed[:] = [authority]
    return authority


def authority() -> Authority:
    return _appointed[0]


def require_service(service: str, action: str, resource: str, *, source: str) -> None:
    """Raise `AccessDenied` unless a service may act on the resource on behalf of `source`."""
    need = Need(action=action, resource=resource)
    authority().require_service(f"{service}.amazonaws.com", need, source=source)
