"""The search of a tuning job: which hyperparameters come next, by Optuna."""

from __future__ import annotations

import itertools
import threading
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
from optuna.samplers import BaseSampler, RandomSampler, TPESampler

from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.shapes import Json

Values = dict[str, str]
# With scaling Auto, a range over so many times its lower bound is searched by magnitude.
AUTO_LOGARITHMIC = 100


def same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Range:
    """One hyperparameter: what Optuna draws from, and how a draw becomes the value."""

    name: str
    distribution: BaseDistribution
    value: Callable[[Any], Any] = field(default=same)


def ranges(declared: Json) -> list[Range]:
    if declared.get("AutoParameters"):
        raise unsupported("AutoParameters", "give ranges")
    found = [
        *(continuous(item) for item in declared.get("ContinuousParameterRanges", ())),
        *(whole(item) for item in declared.get("IntegerParameterRanges", ())),
        *(categorical(item) for item in declared.get("CategoricalParameterRanges", ())),
    ]
    names = [item.name for item in found]
    if not found or len(set(names)) < len(names):
        raise invalid("ParameterRanges must name at least one hyperparameter, and each only once.")
    return found


def bounds(item: Json, convert: Callable[[str], Any]) -> tuple[Any, Any]:
    try:
        low, high = convert(item["MinValue"]), convert(item["MaxValue"])
    except ValueError as error:
        raise invalid(f"The bounds of parameter {item['Name']} are no numbers.") from error
    if low > high:
        raise invalid(f"MinValue of parameter {item['Name']} is greater than its MaxValue.")
    return low, high


def is_logarithmic(item: Json, low: float, high: float) -> bool:
    scaling = item.get("ScalingType", "Auto")
    if scaling == "Logarithmic" and low <= 0:
        raise invalid(f"Logarithmic scaling of {item['Name']} needs a MinValue above 0.")
    if scaling == "Auto":
        return low > 0 and high / low >= AUTO_LOGARITHMIC
    return bool(scaling == "Logarithmic")


def continuous(item: Json) -> Range:
    low, high = bounds(item, float)
    if item.get("ScalingType") == "ReverseLogarithmic":
        if low < 0 or high >= 1:
            message = f"ReverseLogarithmic scaling of {item['Name']} needs a range within [0, 1)."
            raise invalid(message)
        mirrored = FloatDistribution(1 - high, 1 - low, log=True)
        return Range(item["Name"], mirrored, lambda drawn: 1 - drawn)
    log = is_logarithmic(item, low, high)
    return Range(item["Name"], FloatDistribution(low, high, log=log))


def whole(item: Json) -> Range:
    low, high = bounds(item, int)
    if item.get("ScalingType") == "ReverseLogarithmic":
        raise invalid(f"ReverseLogarithmic scaling of {item['Name']} needs a continuous range.")
    return Range(item["Name"], IntDistribution(low, high, log=is_logarithmic(item, low, high)))


def categorical(item: Json) -> Range:
    return Range(item["Name"], CategoricalDistribution(item["Values"]))


def grid(declared: Json) -> dict[str, list[str]]:
    if declared.get("ContinuousParameterRanges") or declared.get("IntegerParameterRanges"):
        raise invalid("Strategy Grid takes only CategoricalParameterRanges.")
    listed = declared.get("CategoricalParameterRanges", ())
    return {item["Name"]: list(item["Values"]) for item in listed}


def combinations(declared: Json) -> list[Values]:
    axes = grid(declared)
    return [dict(zip(axes, point, strict=True)) for point in itertools.product(*axes.values())]


def sampler(strategy: str, seed: int | None) -> BaseSampler:
    if strategy in {"Random", "Grid"}:  # a grid is queued, and nothing is left to draw
        return RandomSampler(seed=seed)
    # Trials run in parallel: constant_liar keeps TPE from asking for the same place twice.
    return TPESampler(seed=seed, n_startup_trials=5, constant_liar=True)


@dataclass(frozen=True)
class Proposal:
    number: int
    values: Values


class Search:
    """Ask for hyperparameters, tell what came of them."""

    def __init__(self, config: Json) -> None:
        declared = config.get("ParameterRanges", {})
        self._ranges = ranges(declared)
        minimize = config["HyperParameterTuningJobObjective"]["Type"] == "Minimize"
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._lock = threading.Lock()
        self._study = optuna.create_study(
            sampler=sampler(config["Strategy"], config.get("RandomSeed")),
            direction="minimize" if minimize else "maximize",
        )
        if config["Strategy"] == "Grid":
            for point in combinations(declared):
                self._study.enqueue_trial(point)
        self._trials: dict[int, optuna.trial.Trial] = {}

    def ask(self) -> Proposal:
        with self._lock:
            trial = self._study.ask({item.name: item.distribution for item in self._ranges})
            self._trials[trial.number] = trial
        values = {item.name: str(item.value(trial.params[item.name])) for item in self._ranges}
        return Proposal(trial.number, values)

    def tell(self, proposal: Proposal, value: float | None) -> None:
        """The objective's last value, or None when the training job had none."""
        state = optuna.trial.TrialState.FAIL if value is None else None
        with self._lock:
            self._study.tell(self._trials[proposal.number], value, state=state)
