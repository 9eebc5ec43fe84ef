"""Checks a request against the shapes that botocore declares, and complains in AWS's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from localcloud.sagemaker.api.patterns import matches
from localcloud.sagemaker.region.errors import ApiError, invalid
from localcloud.sagemaker.region.shapes import Json, is_operation, operation_model

NUMBERS = {"integer", "long", "float", "double"}
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "structure": (dict,),
    "map": (dict,),
    "list": (list, tuple),
}


def validate(operation: str, request: Json) -> None:
    """Raises ApiError unless the request fits the input shape of `operation`."""
    if not is_operation(operation):
        raise ApiError("UnknownOperationException", f"{operation} is no operation of SageMaker.")
    shape = operation_model(operation).input_shape
    if shape:
        validate_shape(shape, request)


def validate_shape(shape: StructureShape, request: Json) -> None:
    if findings := list(check(shape, request, "")):
        errors = "error" if len(findings) == 1 else "errors"
        raise invalid(f"{len(findings)} validation {errors} detected: {'; '.join(findings)}")


def check(shape: Shape, value: Any, path: str) -> Iterator[str]:
    _check_type(shape, value, path)
    if check_inside := CHECKS.get(shape.type_name):
        yield from check_inside(shape, value, path)


def _check_type(shape: Shape, value: Any, path: str) -> None:
    """A value of another JSON type never reaches AWS's validation: it cannot be read at all."""
    expected = TYPES.get(shape.type_name)
    truth_as_number = shape.type_name in NUMBERS and isinstance(value, bool)
    if expected and (truth_as_number or not isinstance(value, expected)):
        found = type(value).__name__
        message = f"'{path or 'request'}' must be of type {shape.type_name}, not {found}"
        raise ApiError("SerializationException", message)


def failed(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _check_structure(shape: StructureShape, value: Json, path: str) -> Iterator[str]:
    for name in value:
        if name not in shape.members:
            # AWS ignores what it does not know; a typing error is better told than ignored.
            yield f"Unknown member '{name}' at '{path or shape.name}'"
    for name, member in shape.members.items():
        inner = f"{path}.{_first_lower(name)}" if path else _first_lower(name)
        if value.get(name) is not None:
            yield from check(member, value[name], inner)
        elif name in shape.required_members:
            yield failed(None, inner, "Member must not be null")


def _first_lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _check_list(shape: ListShape, value: list[Any], path: str) -> Iterator[str]:
    yield from (failed(value, path, text) for text in _length_constraints(shape, len(value)))
    for number, item in enumerate(value, start=1):
        yield from check(shape.member, item, f"{path}.{number}.member")


def _check_map(shape: MapShape, value: Json, path: str) -> Iterator[str]:
    yield from (failed(value, path, text) for text in _length_constraints(shape, len(value)))
    for side, members in (("keys", value.keys()), ("value", value.values())):
        inner = shape.key if side == "keys" else shape.value
        for member in members:
            _check_type(inner, member, path)
            if broken := list(constraints(inner, member)):
                yield failed(value, path, f"Map {side} must satisfy constraint: {broken}")


def _check_scalar(shape: Shape, value: Any, path: str) -> Iterator[str]:
    yield from (failed(value, path, constraint) for constraint in constraints(shape, value))


def constraints(shape: Shape, value: Any) -> Iterator[str]:
    """The constraints that a string or a number breaks."""
    if shape.type_name in NUMBERS:
        yield from _number_constraints(shape, value)
    elif shape.type_name == "string":
        yield from _string_constraints(shape, value)


def _string_constraints(shape: Shape, value: str) -> Iterator[str]:
    yield from _length_constraints(shape, len(value))
    pattern = shape.metadata.get("pattern")
    if pattern and not matches(pattern, value):
        yield f"Member must satisfy regular expression pattern: {pattern}"
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield f"Member must satisfy enum value set: [{', '.join(allowed)}]"


def _number_constraints(shape: Shape, value: float) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield f"Member must have value greater than or equal to {least}"
    if most is not None and value > most:
        yield f"Member must have value less than or equal to {most}"


def _length_constraints(shape: Shape, length: int) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and length < least:
        yield f"Member must have length greater than or equal to {least}"
    if most is not None and length > most:
        yield f"Member must have length less than or equal to {most}"


CHECKS: dict[str, Callable[[Any, Any, str], Iterator[str]]] = {
    "structure": _check_structure,
    "list": _check_list,
    "map": _check_map,
    "string": _check_scalar,
    "integer": _check_scalar,
    "long": _check_scalar,
    "float": _check_scalar,
    "double": _check_scalar,
}
