"""Which property of a resource a search means: its type by botocore's shapes, and its values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from localcloud.sagemaker.region.errors import invalid

# Lists that are searched by a key of the user's own, as Tags.<key>: the members that hold the key
# and the value; without the latter the rest of the name says which.
KEYED = {
    "Tag": ("Key", "Value"),
    "MetricData": ("MetricName", "Value"),
    "TrialComponentMetricSummary": ("MetricName", ""),
}
# Maps whose values are text or numbers, as the user has given them.
MIXED = {"HyperParameters", "TrialComponentParameters"}
TYPES = {
    "string": "text",
    "timestamp": "timestamp",
    "boolean": "boolean",
    **dict.fromkeys(("integer", "long", "float", "double"), "number"),
}


@dataclass(frozen=True)
class Property:
    """Of type text, number, timestamp, boolean, mixed, or a collection (then it only exists)."""

    name: str
    type_name: str
    shape: Shape
    values: list[Any]


def find(shape: Shape, resource: Any, name: str) -> Property:
    """The property and all values that the resource has of it: several where lists are crossed."""
    path = name
    if shape.name == "TrainingJob" and name.startswith("Metrics."):
        path = f"FinalMetricDataList.{name.removeprefix('Metrics.')}"
    found, values, mixed = shape, [resource], False
    while path:
        mixed = found.name in MIXED
        inner, values, path = step(found, values, path)
        if inner is None:
            raise invalid(f"Unknown property name: {name}")
        found = inner
    type_name = "mixed" if mixed else TYPES.get(found.type_name, "collection")
    return Property(name, type_name, found, [value for value in values if value is not None])


Step = tuple[Shape | None, list[Any], str]


def step(shape: Shape, values: list[Any], path: str) -> Step:
    """One part of a name further into the shape; no shape when there is nothing of that name."""
    if isinstance(shape, StructureShape):
        name, _, rest = path.partition(".")
        return shape.members.get(name), [value[name] for value in values if name in value], rest
    if isinstance(shape, ListShape):
        return _list_step(shape, [item for value in values for item in value], path)
    if isinstance(shape, MapShape):  # the user's keys may have dots in them
        return shape.value, [_plain(value[path]) for value in values if path in value], ""
    return None, [], ""


def _list_step(shape: ListShape, items: list[Any], path: str) -> Step:
    if shape.member.name not in KEYED:
        return shape.member, items, path
    key_member, value_member = KEYED[shape.member.name]
    key, _, rest = (path, "", value_member) if value_member else path.rpartition(".")
    return shape.member, [item for item in items if item.get(key_member) == key], rest


def _plain(value: Any) -> Any:
    """Parameters and artifacts of trial components are structures around one value."""
    if not isinstance(value, dict):
        return value
    members: Iterable[str] = ("NumberValue", "StringValue", "Value")
    return next((value[member] for member in members if member in value), None)
