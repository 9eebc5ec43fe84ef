"""One operation on a stack: create, change, remove, and all of it undone when a resource fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.cloudformation.models import Event, Stack
from moto.cloudformation.parsing import ResourceMap, parse_and_update_resource

from localcloud.aws.account import NUMBER, REGION
from localcloud.aws.cloudformation.failures import (
    ResourceFailed,
    check_name,
    check_properties,
    given_name,
)

KEEPS = ("Retain", "RetainExceptOnCreate")
Resources = Mapping[str, Mapping[str, Any]]
_delete_of_moto: Callable[..., None] = ResourceMap._delete_resource


@dataclass(frozen=True)
class _Before:
    """The stack as it was when the operation began."""

    template: dict[str, Any]
    parameters: dict[str, Any]
    resources: Resources
    existing: Mapping[str, Any]


class Operation:
    """`verb` is CREATE or UPDATE; the stack's events and status tell how it went."""

    def __init__(self, stack: Stack, verb: str) -> None:
        self._stack = stack
        self._map = stack.resource_map
        self._verb = verb
        self._before = _Before(
            self._map._template,
            self._map.input_parameters,
            {} if verb == "CREATE" else self._map._resource_json_map,
            dict(self._map._parsed_resources),
        )

    def run(self, template: dict[str, Any], parameters: dict[str, Any] | None) -> bool:
        """Whether the stack is as the template wants it."""
        self._tell_stack(f"{self._verb}_IN_PROGRESS", "User Initiated")
        try:
            self._apply(template, parameters)
        except ResourceFailed as failure:
            self._tell(failure.logical, f"{failure.verb}_FAILED", failure.reason)
            self._roll_back(failure)
            return False
        self._tell_stack(f"{self._verb}_COMPLETE")
        return True

    def _apply(self, template: dict[str, Any], parameters: dict[str, Any] | None) -> None:
        changed = self._map.build_resource_diff(template, parameters)["Modify"]
        self._adopt(template, parameters)
        wanted = [name for name in template["Resources"] if self._is_wanted(name)]
        for name in wanted:
            if name not in self._before.existing and self._map[name] is not None:
                self._tell(name, "CREATE_COMPLETE")
        for name in wanted:
            if name in changed and name in self._before.existing:
                self._update(name, was=self._before.resources[name])
        there = [name for name in self._before.resources if name in self._before.existing]
        self._remove(name for name in there if name not in wanted)

    def _is_wanted(self, name: str) -> bool:
        condition = self._map._resource_json_map[name].get("Condition")
        return condition is None or bool(self._map.lazy_condition_map[condition])

    def _adopt(self, template: dict[str, Any], parameters: dict[str, Any] | None) -> None:
        self._map._template = template
        self._map._resource_json_map = template.get("Resources", {})
        if parameters is not None:
            self._map.input_parameters = parameters
        self._map.load_mapping()
        self._map.load_parameters()
        self._map.load_conditions()

    def _update(self, name: str, *, was: Mapping[str, Any]) -> None:
        wanted = self._map._resource_json_map[name]
        try:
            check_properties(name, wanted)
            if given_name(wanted, self._map) != given_name(was, self._map):
                check_name(name, wanted, self._map)
            self._put(name, wanted)
        except Exception as error:
            reason = error.reason if isinstance(error, ResourceFailed) else str(error)
            raise ResourceFailed(name, reason, "UPDATE") from error
        self._tell(name, "UPDATE_COMPLETE")

    def _put(self, name: str, wanted: dict[str, Any]) -> None:
        resource: Any = parse_and_update_resource(
            name, wanted, self._map, account_id=NUMBER, region_name=REGION
        )
        if resource is not None:
            self._map._parsed_resources[name] = resource

    def _remove(self, names: Iterable[str]) -> None:
        """What the new template has no more, which is last: nothing refers to it now."""
        for name in names:
            if self._before.resources[name].get("DeletionPolicy") in KEEPS:
                self._forget(name, "DELETE_SKIPPED")
            else:
                self._delete(name, self._before.resources[name])

    def _roll_back(self, failure: ResourceFailed) -> None:
        reason = (
            f"The following resource(s) failed to {failure.verb.lower()}: [{failure.logical}]. "
        )
        prefix = "UPDATE_"
        if self._verb == "CREATE":
            prefix = ""
            reason += "Rollback requested by user."
        self._tell_stack(f"{prefix}ROLLBACK_IN_PROGRESS", reason)
        wanted = self._map._resource_json_map
        new = [name for name in self._map._parsed_resources if name not in self._before.existing]
        for name in reversed([name for name in new if name in wanted]):
            # RetainExceptOnCreate keeps a resource from every operation but this one, its first.
            if wanted[name].get("DeletionPolicy") == "Retain":
                self._forget(name, "DELETE_SKIPPED")
            else:
                self._delete(name, wanted[name])
        self._put_back(wanted)
        self._tell_stack(f"{prefix}ROLLBACK_COMPLETE")

    def _put_back(self, wanted: Resources) -> None:
        if self._verb == "CREATE":
            return  # the stack keeps the template that failed
        before = self._before
        changed = [name for name, was in before.resources.items() if wanted.get(name, was) != was]
        self._adopt(before.template, before.parameters)
        for name in changed:
            self._put(name, dict(before.resources[name]))

    def _delete(self, name: str, resource: Mapping[str, Any]) -> None:
        try:
            if (existing := self._map._parsed_resources.get(name)) is not None:
                _delete_of_moto(self._map, existing, dict(resource))
        except Exception as error:  # CloudFormation goes on with the others, too
            self._tell(name, "DELETE_FAILED", str(error))
        else:
            self._forget(name, "DELETE_COMPLETE")

    def _forget(self, name: str, status: str) -> None:
        self._tell(name, status)
        self._map._parsed_resources.pop(name, None)

    def _tell_stack(self, status: str, reason: str | None = None) -> None:
        self._stack.status = status
        self._stack._add_stack_event(status, resource_status_reason=reason)

    def _tell(self, name: str, status: str, reason: str | None = None) -> None:
        kinds = {**self._before.resources, **self._map._resource_json_map}
        resource = self._map._parsed_resources.get(name)
        event = Event(
            stack_id=self._stack.stack_id,
            stack_name=self._stack.name,
            logical_resource_id=name,
            physical_resource_id=getattr(resource, "physical_resource_id", None) or "",
            resource_type=kinds[name]["Type"],
            resource_status=status,
            resource_status_reason=reason,
            resource_properties=None,
        )
        self._stack.events.append(event)
