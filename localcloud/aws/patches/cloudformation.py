"""CloudFormation where moto (5.2.5) is kinder than AWS, or lints, which AWS does not.

moto runs cfn-lint over each template and takes warnings for errors. It takes parameters that no
template declares, properties that no resource has and names that exist; an operation that fails
answers 500 and leaves what it has made; `Retain` holds for the deletion of a stack alone; no
`DependsOn` orders an update, a stack made by a change set has no outputs, and a REST API stays for
ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import moto.cloudformation.models
import moto.cloudformation.parsing
from moto.apigateway.models import RestAPI, apigateway_backends
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Stack
from moto.cloudformation.parsing import ResourceMap

from localcloud.aws.cloudformation.failures import ResourceFailed, check_name, check_properties
from localcloud.aws.cloudformation.operation import KEEPS, Operation
from localcloud.aws.cloudformation.template_rules import check_template
from localcloud.aws.patches.patch import Patch

_create_resource_of_moto: Any = moto.cloudformation.parsing.parse_and_create_resource
_create_stack_of_moto: Callable[..., Stack] = CloudFormationBackend.create_stack
_create_change_set_of_moto: Callable[..., tuple[str, str]] = CloudFormationBackend.create_change_set
_delete_resource_of_moto: Callable[..., None] = ResourceMap._delete_resource


def _accept_template(template: str) -> list[Any]:  # noqa: ARG001
    return []


def _create_resource(
    logical_id: str,
    resource_json: dict[str, Any],
    resources_map: ResourceMap,
    account_id: str,
    region_name: str,
) -> Any:
    condition = resource_json.get("Condition")
    if condition and not resources_map.lazy_condition_map[condition]:
        return None
    after = resource_json.get("DependsOn", [])
    for name in [after] if isinstance(after, str) else after:
        resources_map[name]
    check_properties(logical_id, resource_json)
    check_name(logical_id, resource_json, resources_map)
    try:
        return _create_resource_of_moto(
            logical_id, resource_json, resources_map, account_id, region_name
        )
    except ResourceFailed:
        raise  # one that this one refers to
    except Exception as error:
        raise ResourceFailed(logical_id, str(error)) from error


def _create_stack(
    backend: CloudFormationBackend, name: str, template: str, parameters: Any, **rest: Any
) -> Stack:
    check_template(Stack.parse_template(template), parameters)
    return _create_stack_of_moto(backend, name, template, parameters, **rest)


def _create_resources(stack: Stack) -> None:
    stack.events.clear()  # moto has told already that it begins
    Operation(stack, "CREATE").run(stack.template_dict, None)


def _update(
    stack: Stack,
    template: str,
    role_arn: str | None = None,
    parameters: dict[str, Any] | None = None,
    tags: dict[str, str] | None = None,
) -> None:
    wanted = Stack.parse_template(template)
    check_template(wanted, parameters or {})
    if Operation(stack, "UPDATE").run(wanted, parameters or {}):
        stack.role_arn = role_arn or stack.role_arn
        _adopt(stack, template, parameters or {}, tags)


def _adopt(
    stack: Stack, template: str, parameters: dict[str, Any], tags: dict[str, str] | None
) -> None:
    stack.template = template
    stack._parse_template()
    stack.description = stack.template_dict.get("Description")
    stack.output_map = stack._create_output_map()
    stack.parameters = parameters
    if tags is not None:
        stack.tags = tags


def _create_change_set(
    backend: CloudFormationBackend,
    stack_name: str,
    change_set_name: str,
    template: str,
    parameters: dict[str, str],
    description: str,
    change_set_type: str,
    **rest: Any,
) -> tuple[str, str]:
    check_template(Stack.parse_template(template), parameters)
    existing = next((stack for stack in backend.stacks.values() if stack.name == stack_name), None)
    if existing is not None:
        _check_state(existing, change_set_name, change_set_type)
    return _create_change_set_of_moto(
        backend,
        stack_name,
        change_set_name,
        template,
        parameters,
        description,
        change_set_type,
        **rest,
    )


def _check_state(stack: Stack, change_set: str, kind: str) -> None:
    if kind == "CREATE" and stack.status != "REVIEW_IN_PROGRESS":
        raise ValidationError(
            message=f"Stack [{stack.name}] already exists and cannot be created again with "
            f"the changeSet [{change_set}]."
        )
    if kind == "UPDATE" and stack.status == "ROLLBACK_COMPLETE":
        raise ValidationError(
            message=f"Stack:{stack.stack_id} is in ROLLBACK_COMPLETE state and can not be updated."
        )


def _execute_change_set(
    backend: CloudFormationBackend, change_set_name: str, stack_name: str | None = None
) -> None:
    change_set = _change_set(backend, change_set_name, stack_name)
    stack = backend.stacks[change_set.stack_id]
    operation = Operation(stack, change_set.change_set_type)
    done = operation.run(change_set.template_dict, change_set.parameters)
    change_set.execution_status = "EXECUTE_COMPLETE" if done else "EXECUTE_FAILED"
    if done:
        _adopt(stack, change_set.template, change_set.parameters, change_set.tags)


def _change_set(backend: CloudFormationBackend, name: str, stack: str | None) -> ChangeSet:
    for identifier, change_set in reversed(backend.change_sets.items()):
        own = stack is None or stack in (change_set.stack_name, change_set.stack_id)
        if own and name in (identifier, change_set.change_set_name):
            return change_set
    raise ValidationError(message=f"ChangeSet [{name}] does not exist")


def _delete_resource(
    resources: ResourceMap, parsed_resource: Any, resource_json: Mapping[str, Any]
) -> None:
    if resource_json.get("DeletionPolicy") not in KEEPS:
        _delete_resource_of_moto(resources, parsed_resource, resource_json)


def _delete_rest_api(
    resource_name: str,
    cloudformation_json: Any,  # noqa: ARG001
    account_id: str,
    region_name: str,
) -> None:
    apigateway_backends[account_id][region_name].delete_rest_api(resource_name)


PATCHES = (
    Patch(moto.cloudformation.models, "validate_template_cfn_lint", _accept_template),
    Patch(moto.cloudformation.parsing, "parse_and_create_resource", _create_resource),
    Patch(CloudFormationBackend, "create_stack", _create_stack),
    Patch(CloudFormationBackend, "create_change_set", _create_change_set),
    Patch(CloudFormationBackend, "execute_change_set", _execute_change_set),
    Patch(Stack, "create_resources", _create_resources),
    Patch(Stack, "update", _update),
    Patch(ResourceMap, "_delete_resource", _delete_resource),
    Patch(RestAPI, "delete_from_cloudformation_json", staticmethod(_delete_rest_api)),
)
