"""Search expressions: what their operators mean, and what SageMaker refuses about them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, Shape

from localcloud.sagemaker.api.search_properties import Property, find
from localcloud.sagemaker.region.errors import invalid
from localcloud.sagemaker.region.shapes import Json

ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}
MOST_CONDITIONS = 50
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?")
# Only these may be asked for by several Contains of one expression.
CONTAINED_OFTEN = re.compile(
    r"(Experiment|Trial|TrialComponent)\.(DisplayName|Tags\..*)|Experiment\.ExperimentName"
    r"|Trial\.TrialName|TrialComponent\.(TrialComponentName|(In|Out)putArtifacts\..*)"
)


def check(shape: Shape, expression: Json) -> None:
    """Refuses an expression that SageMaker would refuse, whatever resources there are."""
    satisfied(shape, {}, expression)
    conditions = list(_all_conditions(expression))
    if len(conditions) > MOST_CONDITIONS:
        raise invalid(f"A search expression can have at most {MOST_CONDITIONS} conditions.")
    searched = [item["Name"] for item in conditions if item.get("Operator") == "Contains"]
    named = [f"{shape.name}.{name}" for name in searched]
    if len([name for name in named if not CONTAINED_OFTEN.fullmatch(name)]) > 1:
        raise invalid("'CONTAINS' operator usage limit of 1 exceeded.")


def _all_conditions(expression: Json) -> Iterator[Json]:
    yield from expression.get("Filters", ())
    for nested in expression.get("NestedFilters", ()):
        yield from nested["Filters"]
    for inner in expression.get("SubExpressions", ()):
        yield from _all_conditions(inner)


def satisfied(shape: Shape, resource: Json, expression: Json) -> bool:
    """Whether the resource, which has this shape, is one of those that are searched."""
    # All are looked at, also when the first decides: each of them may be malformed.
    truths = [passes(shape, resource, item) for item in expression.get("Filters", ())]
    truths += [_passes_nested(shape, resource, n) for n in expression.get("NestedFilters", ())]
    truths += [satisfied(shape, resource, e) for e in expression.get("SubExpressions", ())]
    if not truths:
        raise invalid("You must specify at least one subexpression, filter, or nested filter.")
    return any(truths) if expression.get("Operator") == "Or" else all(truths)


def _passes_nested(shape: Shape, resource: Json, nested: Json) -> bool:
    """Whether one element of the list satisfies all filters."""
    name = nested["NestedPropertyName"]
    found = find(shape, resource, name)
    if not isinstance(found.shape, ListShape):
        raise invalid(f"{name} is not a nested property.")
    filters = [{**item, "Name": _inner_name(item["Name"], name)} for item in nested["Filters"]]
    elements = [element for value in found.values for element in value]
    # An element without anything satisfies no filter, but shows that each of them is sound.
    satisfying = [
        {passes(found.shape.member, element, item) for item in filters}
        for element in [{}, *elements]
    ]
    return any(False not in truths for truths in satisfying[1:])


def _inner_name(name: str, outer: str) -> str:
    if not name.startswith(f"{outer}."):
        raise invalid(f"{name} is not a property of {outer}.")
    return name.removeprefix(f"{outer}.")


def passes(shape: Shape, resource: Json, item: Json) -> bool:
    found = find(shape, resource, item["Name"])
    asked: str = item.get("Operator", "Equals")
    if asked in {"Exists", "NotExists"}:
        if "Value" in item:
            raise invalid(f"The operator {asked} does not take a Value.")
        return bool(found.values) == (asked == "Exists")
    if "Value" not in item:
        raise invalid(f"The operator {asked} needs a Value.")
    if found.type_name == "collection":
        raise invalid(f"{found.name} can only be searched with Exists and NotExists.")
    if asked in {"In", "Contains"}:
        return _matches_text(found, asked, item["Value"])
    return _compares(found, asked, item["Value"])


def _matches_text(found: Property, asked: str, text: str) -> bool:
    if found.type_name not in {"text", "mixed"}:
        raise invalid(f"The operator {asked} is only supported for text properties.")
    if asked == "In":
        wanted = {part.strip() for part in text.split(",")}
        return any(str(value) in wanted for value in found.values)
    return any(text in str(value) for value in found.values)


def _compares(found: Property, asked: str, text: str) -> bool:
    convert = CONVERSIONS[found.type_name]
    pairs = [convert(found.name, value, text) for value in found.values]
    convert(found.name, 0, text)  # refuses a malformed Value even if no resource has the property
    if asked == "Equals":
        return any(value == wanted for value, wanted in pairs)
    if asked == "NotEquals":
        return not any(value == wanted for value, wanted in pairs)
    if found.type_name in {"text", "boolean"}:
        raise invalid(f"The operator {asked} is not supported for the property {found.name}.")
    ordered = [pair for pair in pairs if not isinstance(pair[0], str)]
    return any(ORDERS[asked](value, wanted) for value, wanted in ordered)


Pair = tuple[Any, Any]


def as_text(_name: str, value: Any, text: str) -> Pair:
    return value, text


def _as_number(name: str, value: Any, text: str) -> Pair:
    return float(value), number(name, text)


def _as_truth(name: str, value: Any, text: str) -> Pair:
    if text.lower() not in {"true", "false"}:
        raise invalid(f"The Value of {name} must be true or false, not {text!r}.")
    return bool(value), text.lower() == "true"


def _as_moment(name: str, value: Any, text: str) -> Pair:
    if not MOMENT.fullmatch(text):
        raise invalid(f"The Value of {name} must be a time as YYYY-mm-dd'T'HH:MM:SS.")
    wanted = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    # Times are asked for in seconds: a part of one makes no difference.
    return int(value), int(wanted.timestamp())


def _as_either(name: str, value: Any, text: str) -> Pair:
    """Hyperparameters: as numbers where both are, whole ones if the wanted one is whole."""
    try:
        wanted, given = number(name, text), float(str(value).strip('"'))
    except ValueError:
        return str(value), text
    return (int(given), int(wanted)) if re.fullmatch(r"-?\d+", text) else (given, wanted)


def number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise invalid(f"The Value of {name} must be a number, not {text!r}.") from error


CONVERSIONS: dict[str, Callable[[str, Any, str], Pair]] = {
    "text": as_text,
    "number": _as_number,
    "boolean": _as_truth,
    "timestamp": _as_moment,
    "mixed": _as_either,
}
