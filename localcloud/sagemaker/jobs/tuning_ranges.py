"""The hyperparameters that a tuning job searches, as distributions that Optuna draws from."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.shapes import Json

Values = dict[str, str]
# With scaling Auto, a range over so many times its lower bound is searched by magnitude.
AUTO_LOGARITHMIC = 100


def same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Range:
    """One hyperparameter: what Optuna draws from, and how a draw becomes the value's text."""

    name: str
    distribution: BaseDistribution
    parse: Callable[[str], Any]
    value: Callable[[Any], Any] = field(default=same)  # of what was drawn; its own inverse

    def draw(self, trial: optuna.trial.Trial, prefix: str) -> str:
        return str(self.value(_suggest(trial, prefix + self.name, self.distribution)))

    def drawn(self, text: str) -> Any:
        """What would have been drawn for the value; ValueError if the text is none."""
        return self.value(self.parse(text))


def _suggest(trial: optuna.trial.Trial, name: str, distribution: BaseDistribution) -> Any:
    match distribution:
        case CategoricalDistribution(choices=choices):
            return trial.suggest_categorical(name, choices)
        case IntDistribution(low=low, high=high, log=log):
            return trial.suggest_int(name, low, high, log=log)
        case FloatDistribution(low=low, high=high, log=log):
            return trial.suggest_float(name, low, high, log=log)
    raise TypeError(f"{name} has no distribution that can be drawn from: {distribution}")


def ranges(declared: Json) -> list[Range]:
    if declared.get("AutoParameters"):
        raise unsupported("AutoParameters", "give ranges")
    found = [
        *(_continuous(item) for item in declared.get("ContinuousParameterRanges", ())),
        *(_whole(item) for item in declared.get("IntegerParameterRanges", ())),
        *(_categorical(item) for item in declared.get("CategoricalParameterRanges", ())),
    ]
    names = [item.name for item in found]
    if not found or len(set(names)) < len(names):
        raise invalid("ParameterRanges must name at least one hyperparameter, and each only once.")
    return found


def _bounds(item: Json, convert: Callable[[str], Any]) -> tuple[Any, Any]:
    try:
        low, high = convert(item["MinValue"]), convert(item["MaxValue"])
    except ValueError as error:
        raise invalid(f"The bounds of parameter {item['Name']} are no numbers.") from error
    if low >= high:
        raise invalid(f"MinValue of parameter {item['Name']} is not less than its MaxValue.")
    return low, high


def is_logarithmic(item: Json, low: float, high: float) -> bool:
    scaling = item.get("ScalingType", "Auto")
    if scaling == "Logarithmic" and low <= 0:
        raise invalid(f"Logarithmic scaling of {item['Name']} needs a MinValue above 0.")
    if scaling == "Auto":
        return low > 0 and high / low >= AUTO_LOGARITHMIC
    return bool(scaling == "Logarithmic")


def _continuous(item: Json) -> Range:
    low, high = _bounds(item, float)
    if item.get("ScalingType") == "ReverseLogarithmic":
        if low < 0 or high >= 1:
            message = f"ReverseLogarithmic scaling of {item['Name']} needs a range within [0, 1)."
            raise invalid(message)
        mirrored = FloatDistribution(1 - high, 1 - low, log=True)
        return Range(item["Name"], mirrored, float, lambda drawn: 1 - drawn)
    log = is_logarithmic(item, low, high)
    return Range(item["Name"], FloatDistribution(low, high, log=log), float)


def _whole(item: Json) -> Range:
    low, high = _bounds(item, int)
    if item.get("ScalingType") == "ReverseLogarithmic":
        raise invalid(f"ReverseLogarithmic scaling of {item['Name']} needs a continuous range.")
    log = is_logarithmic(item, low, high)
    return Range(item["Name"], IntDistribution(low, high, log=log), int)


def _categorical(item: Json) -> Range:
    if len(set(item["Values"])) < len(item["Values"]):
        raise invalid(f"The Values of parameter {item['Name']} must be different from each other.")
    return Range(item["Name"], CategoricalDistribution(item["Values"]), str)


def number_of_points(declared: Json) -> float:
    """How many different values all ranges together have; no end where one is continuous."""
    if declared.get("ContinuousParameterRanges"):
        return math.inf
    wholes = [_whole(item).distribution for item in declared.get("IntegerParameterRanges", ())]
    sizes = [d.high - d.low + 1 for d in wholes if isinstance(d, IntDistribution)]
    sizes += [len(item["Values"]) for item in declared.get("CategoricalParameterRanges", ())]
    return math.prod(sizes)


def grid(declared: Json) -> dict[str, list[str]]:
    if declared.get("ContinuousParameterRanges") or declared.get("IntegerParameterRanges"):
        raise invalid("Strategy Grid takes only CategoricalParameterRanges.")
    listed = declared.get("CategoricalParameterRanges", ())
    return {item["Name"]: list(item["Values"]) for item in listed}


def combinations(declared: Json) -> list[Values]:
    axes = grid(declared)
    return [dict(zip(axes, point, strict=True)) for point in itertools.product(*axes.values())]
