"""What CloudFormation refuses before it creates anything: parameters and types of a template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.cloudformation.exceptions import ValidationError

from localcloud.aws.cloudformation.schemas import is_known

# Types that are no resources of a service: their own providers, or the stack's own machinery.
_UNCHECKED = ("AWS::CloudFormation::", "Custom::")


def check_template(template: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
    """Raise what AWS answers to CreateStack, UpdateStack and CreateChangeSet."""
    _check_types(template["Resources"])
    _check_parameters(template.get("Parameters") or {}, parameters)


def _check_types(resources: Mapping[str, Any]) -> None:
    types = {str(resource["Type"]) for resource in resources.values()}
    unknown = sorted(
        kind for kind in types if not kind.startswith(_UNCHECKED) and not is_known(kind)
    )
    if unknown:
        listed = ", ".join(unknown)
        _refuse(f"Template format error: Unrecognized resource types: [{listed}]")


def _check_parameters(declared: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    if given and not declared:
        _refuse("Parameter values specified for a template which does not require them.")
    if unknown := [name for name in given if name not in declared]:
        _refuse(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    missing = [
        name
        for name, declaration in declared.items()
        if name not in given and "Default" not in declaration
    ]
    if missing:
        _refuse(f"Parameters: [{', '.join(missing)}] must have values")


def _refuse(message: str) -> None:
    raise ValidationError(message=message)
