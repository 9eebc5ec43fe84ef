"""Which of the values that a search varied mattered. NumPy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEWEST_TRIALS = 6  # a parabola through fewer fits anything
MOST_CATEGORIES = 4

Ranks = NDArray[np.float64]


def importances(trials: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """By name, the share of the objective's ranks that one value alone explains; largest first.

    Ranks, so that one trial that went astray does not decide. Numbers are fitted by a parabola
    (most have a best value in the middle), the few values of a list by a mean each, and what as
    many random numbers would explain is taken off.
    """
    measured = [trial for trial in trials if trial.get("objective") is not None]
    if len(measured) < FEWEST_TRIALS:
        return {}
    objective = _ranks([float(trial["objective"]) for trial in measured])
    names = dict.fromkeys(name for trial in measured for name in trial["values"])
    shares: dict[str, float] = {}
    for name in names:
        values = [trial["values"].get(name) for trial in measured]
        if len(set(map(str, values))) > 1:
            shares[name] = _explained(values, objective)
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def _explained(values: Sequence[Any], objective: Ranks) -> float:
    """Adjusted R squared, not below zero."""
    columns = _columns(values)  # [trials, terms]
    fit, *_ = np.linalg.lstsq(columns, objective, rcond=None)
    residual = float(((objective - columns @ fit) ** 2).sum())
    total = float(((objective - objective.mean()) ** 2).sum())
    terms, count = int(np.linalg.matrix_rank(columns)), len(values)
    if not total or terms >= count:
        return 0.0
    return max(0.0, 1 - residual / (count - terms) / (total / (count - 1)))


def _columns(values: Sequence[Any]) -> Ranks:
    """The terms of the fit: a parabola of ranks, or a column for each of a few values."""
    different = sorted(set(map(str, values)))
    if len(different) <= MOST_CATEGORIES or not all(map(_is_number, values)):
        return np.array([[float(str(v) == one) for one in different] for v in values])
    ranks = _ranks([float(value) for value in values])
    return np.stack([np.ones_like(ranks), ranks, ranks**2], axis=1)


def _ranks(values: Sequence[float]) -> Ranks:
    """From 0 to 1; equal values have the mean of their places."""
    array = np.asarray(values)
    below = (array[None, :] < array[:, None]).sum(axis=1)
    equal = (array[None, :] == array[:, None]).sum(axis=1)
    ranks: Ranks = (below + (equal - 1) / 2) / max(1, len(values) - 1)
    return ranks


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True
