"""A stack has the outputs of its newest template, with addresses that answer on this machine.

moto computes outputs when a stack is created, and not when a change set updates it: nothing is
left of them after `serverless deploy`, which creates a stack with the deployment bucket alone.
"""

from __future__ import annotations

from typing import Any

from moto.cloudformation.models import ChangeSet, Stack

from localcloud.aws import connected
from localcloud.aws.patches.patch import Patch

_apply_of_moto = ChangeSet.apply
_outputs_of_moto: Any = Stack.outputs


def _apply(change_set: ChangeSet) -> None:
    _apply_of_moto(change_set)
    stack = change_set.stack
    stack.template_dict = change_set.template_dict
    stack.output_map = stack._create_output_map()


def _outputs(stack: Stack) -> list[dict[str, Any]] | None:
    outputs: list[dict[str, Any]] = _outputs_of_moto.fget(stack) or []
    return [
        output | {"OutputValue": connected.local_address(str(output["OutputValue"]))}
        for output in outputs
    ] or None


PATCHES = (Patch(ChangeSet, "apply", _apply), Patch(Stack, "outputs", property(_outputs)))
