"""A role's policy is a text, wherever it comes from.

moto keeps what a template gives as a dictionary, and GetRolePolicy answers its Python spelling.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.iam.models import Role

from localcloud.aws.patches.patch import Patch

_put_policy_of_moto: Callable[[Role, str, str], None] = Role.put_policy


def _put_policy(role: Role, name: str, document: Any) -> None:
    text = document if isinstance(document, str) else json.dumps(document)
    _put_policy_of_moto(role, name, text)


PATCHES = (Patch(Role, "put_policy", _put_policy),)
