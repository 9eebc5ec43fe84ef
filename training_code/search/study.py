"""Which values come next, and which trial is hopeless: Optuna, asked by several threads."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import optuna
from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner, NopPruner
from optuna.samplers import BaseSampler, GridSampler, RandomSampler, TPESampler
from optuna.trial import TrialState

from training_code.search.plan import Dimension, SearchPlan

RANDOM_FIRST = 5  # trials before which nothing can be learnt from the others
REDUCTION = 3  # of the trials at one of Hyperband's rungs, one in so many goes on


@dataclass(frozen=True)
class Proposal:
    number: int  # from 1
    values: Mapping[str, str]
    trial: optuna.trial.Trial

    @property
    def name(self) -> str:
        return f"trial-{self.number:03}"


class Study:
    """With trials side by side, what is proposed depends on which of them ends first."""

    def __init__(self, plan: SearchPlan) -> None:
        self._plan = plan
        self._lock = threading.Lock()
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._study = optuna.create_study(
            study_name="search",  # Hyperband deals its brackets by it
            sampler=_sampler(plan),
            pruner=_pruner(plan),
            direction="minimize",
        )

    def ask(self) -> Proposal | None:
        """None when all trials have been given away."""
        with self._lock:
            begun = len(self._study.get_trials(deepcopy=False))
            if begun >= min(self._plan.trials, _combinations(self._plan) or self._plan.trials):
                return None
            trial = self._study.ask()
            values = {one.name: _draw(one, trial) for one in self._plan.dimensions}
        return Proposal(trial.number + 1, values, trial)

    def is_hopeless(self, proposal: Proposal, epoch: int, least_loss: float) -> bool:
        with self._lock:
            proposal.trial.report(least_loss, epoch)
            # Not at its last epoch: a trial that is done is no stopped one.
            return epoch < self._plan.epochs and bool(proposal.trial.should_prune())

    def tell(self, proposal: Proposal, least_loss: float | None, *, stopped: bool) -> None:
        with self._lock:
            if stopped:
                self._study.tell(proposal.trial, state=TrialState.PRUNED)
            else:
                state = TrialState.FAIL if least_loss is None else None
                self._study.tell(proposal.trial, least_loss, state=state)


def _sampler(plan: SearchPlan) -> BaseSampler:
    match plan.strategy:
        case "grid":
            searched = {one.name: one.values for one in plan.dimensions if len(one.values) > 1}
            return GridSampler(searched, seed=plan.seed)
        case "random":
            return RandomSampler(seed=plan.seed)
    # Trials side by side: constant_liar keeps TPE from asking for the same place twice.
    return TPESampler(seed=plan.seed, n_startup_trials=RANDOM_FIRST, constant_liar=True)


def _pruner(plan: SearchPlan) -> BasePruner:
    if plan.strategy == "hyperband":
        return HyperbandPruner(min_resource=1, max_resource=plan.epochs, reduction_factor=REDUCTION)
    if not plan.stop_hopeless:
        return NopPruner()
    # Heads that learn slowly need some epochs to show what they are worth.
    return MedianPruner(n_startup_trials=RANDOM_FIRST, n_warmup_steps=1 + plan.epochs // 5)


def _combinations(plan: SearchPlan) -> int | None:
    """Of a grid, how many points there are."""
    if plan.strategy != "grid":
        return None
    number = 1
    for one in plan.dimensions:
        number *= len(one.values)
    return number


def _draw(dimension: Dimension, trial: optuna.trial.Trial) -> str:
    if dimension.interval is None:
        [first, *others] = dimension.values
        if not others:
            return first
        return str(trial.suggest_categorical(dimension.name, dimension.values))
    least, most = dimension.interval
    drawn = trial.suggest_float(dimension.name, least, most, log=dimension.by_magnitude)
    # Without an exponent, which not every reader of numbers takes.
    return f"{Decimal(repr(drawn)):f}"
