"""Which rules watch, with which parameters, and which of them end the job."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from training_code.job.errors import InputError
from training_code.rules.registry import RULES
from training_code.rules.rule import Rule

DEFAULT: Final = "default"
STOP: Final = "stop"  # beside a rule's own parameters


@dataclass(frozen=True)
class Chosen:
    """A rule at its work."""

    rule: Rule
    stops: bool

    @property
    def name(self) -> str:
        return type(self.rule).__name__


def choose(setting: str) -> list[Chosen]:
    """`default` (all, none of which ends the job), `off`, or a JSON object: name to parameters.

    In the object, too, `default` stands for all of them: those beside it have their own parameters.
    The functions have looked at all of it when the data set was uploaded; this is for others.

    Raises:
        InputError: names the rule or parameter, and the nearest that there is.
    """
    if setting == "off":
        return []
    if setting == DEFAULT:
        return list(_all(stop=False).values())
    try:
        given = json.loads(setting)
    except ValueError as error:
        raise InputError(f"rules={setting!r} is not default, off or JSON ({error})") from error
    if not isinstance(given, dict):
        raise InputError('rules must be one JSON object such as {"Overfit": {"patience": 3}}')
    chosen = _all(**_parameters(DEFAULT, given[DEFAULT], {})) if DEFAULT in given else {}
    for name in given.keys() - {DEFAULT}:
        chosen[name] = _chosen(name, given[name])
    return [chosen[name] for name in RULES if name in chosen]


def _all(*, stop: bool = False) -> dict[str, Chosen]:
    return {name: Chosen(make(), stops=stop) for name, make in RULES.items()}


def _chosen(name: str, given: object) -> Chosen:
    if name not in RULES:
        raise InputError(f"there is no rule {name!r}{_nearest(name, RULES)}")
    parameters = _parameters(name, given, parameters_of(RULES[name]))
    stops = parameters.pop(STOP, False) is True
    make: Callable[..., Rule] = RULES[name]
    return Chosen(make(**parameters), stops)


def _parameters(name: str, given: object, known: Mapping[str, str]) -> dict[str, Any]:
    """The object itself, if it has no others."""
    if not isinstance(given, dict):
        raise InputError(f"the parameters of rule {name} must be an object such as {{}}")
    allowed = {**known, STOP: "bool"}
    for parameter in given:
        if parameter not in allowed:
            near = _nearest(parameter, allowed)
            raise InputError(f"rule {name} has no parameter {parameter!r}{near}")
    return dict(given)


def parameters_of(rule: type[Rule]) -> dict[str, str]:
    """The name of each parameter and the type that its values have, such as `float`."""
    fields: Any = dataclasses.fields(rule)  # type: ignore[arg-type]  # each rule is a dataclass
    return {field.name: str(field.type).removesuffix(" | None") for field in fields}


def _nearest(name: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(str(name)[:100], known)
    return f", but {near[0]}" if near else f"; there are {', '.join(known)}"
