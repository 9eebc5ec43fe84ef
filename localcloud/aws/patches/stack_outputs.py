"""A stack's outputs name addresses that answer on this machine, not AWS's."""

from __future__ import annotations

from typing import Any

from moto.cloudformation.models import Stack

from localcloud.aws import connected
from localcloud.aws.patches.patch import Patch

_outputs_of_moto: Any = Stack.outputs


def _outputs(stack: Stack) -> list[dict[str, Any]] | None:
    outputs: list[dict[str, Any]] = _outputs_of_moto.fget(stack) or []
    return [
        output | {"OutputValue": connected.local_address(str(output["OutputValue"]))}
        for output in outputs
    ] or None


PATCHES = (Patch(Stack, "outputs", property(_outputs)),)
