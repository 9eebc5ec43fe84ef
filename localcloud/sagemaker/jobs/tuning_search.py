"""The search of a tuning job: which hyperparameters come next, by Optuna."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import optuna
from optuna.pruners import BasePruner, HyperbandPruner, NopPruner
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import TrialState

from localcloud.sagemaker.jobs.tuning_definition import Definition
from localcloud.sagemaker.jobs.tuning_ranges import Range, Values, combinations, ranges
from localcloud.sagemaker.region.shapes import Json

WHICH = "definition"  # the choice between several definitions, searched like any other
REDUCTION = 3  # of the trials at one of Hyperband's rungs, one in so many goes on
# Where an epochs-like hyperparameter is fixed, it is the most that Hyperband can give a trial.
EPOCHS = ("epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs")


def _sampler(strategy: str, seed: int | None) -> BaseSampler:
    if strategy in {"Random", "Grid"}:  # a grid is queued, and nothing is left to draw
        return RandomSampler(seed=seed)
    # Trials run in parallel: constant_liar keeps TPE from asking for the same place twice.
    return TPESampler(seed=seed, n_startup_trials=5, constant_liar=True)


@dataclass(frozen=True)
class Hyperband:
    """How many epochs a trial may take at least and at the most."""

    least: int
    most: int

    @classmethod
    def of(cls, config: Json, tuned: Sequence[Definition]) -> Hyperband | None:
        """None for other strategies; `most` is 0 where neither the request nor an epochs-like
        static hyperparameter tells it."""
        if config["Strategy"] != "Hyperband":
            return None
        given = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig", {})
        most = given.get("MaxResource") or max(map(_fixed_epochs, tuned))
        return cls(given.get("MinResource", 1), most)


def _fixed_epochs(definition: Definition) -> int:
    static = definition.static
    texts = (static[name].strip('"') for name in EPOCHS if name in static)
    return next((int(text) for text in texts if text.isdigit()), 0)


def _pruner(hyperband: Hyperband | None) -> BasePruner:
    if hyperband is None:
        return NopPruner()
    return HyperbandPruner(
        min_resource=hyperband.least, max_resource=hyperband.most, reduction_factor=REDUCTION
    )


@dataclass(frozen=True)
class Proposal:
    number: int
    values: Values
    definition: Definition


class Search:
    """Ask for hyperparameters, report what they reach on the way, tell what came of them."""

    def __init__(self, config: Json, tuned: Sequence[Definition]) -> None:
        self._definitions = tuned
        self._ranges = [ranges(definition.ranges) for definition in tuned]
        self._hyperband = Hyperband.of(config, tuned)
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._lock = threading.Lock()
        self._study = optuna.create_study(
            study_name="tuning",  # Hyperband deals its brackets by it
            sampler=_sampler(config["Strategy"], config.get("RandomSeed")),
            pruner=_pruner(self._hyperband),
            direction="minimize" if tuned[0].objective.minimize else "maximize",
        )
        if config["Strategy"] == "Grid":
            self._enqueue_grids()
        elif len(tuned) > 1:
            for number in range(len(tuned)):  # each has its turn before any is preferred
                self._study.enqueue_trial({WHICH: number})
        self._trials: dict[int, optuna.trial.Trial] = {}
        self._reported: dict[int, int] = {}
        self._pruned: set[int] = set()

    def learn(self, results: Iterable[tuple[Values, float]]) -> None:
        """Takes over what trials of other tuning jobs have reached: a warm start."""
        for values, value in results:
            if found := self._as_trial(values, value):
                self._study.add_trial(found)

    def ask(self) -> Proposal:
        with self._lock:
            trial = self._study.ask()
            which = 0
            if len(self._definitions) > 1:
                which = trial.suggest_categorical(WHICH, range(len(self._definitions)))
            values = {item.name: item.draw(trial, self._prefix(which)) for item in self._at(which)}
            self._trials[trial.number] = trial
        return Proposal(trial.number, values, self._definitions[which])

    def report(self, proposal: Proposal, values: Sequence[float]) -> bool:
        """The objective after each epoch so far; whether Hyperband stops the trial for it."""
        if self._hyperband is None or proposal.number in self._pruned:
            return False
        trial = self._trials[proposal.number]
        start = self._reported.get(proposal.number, 0)
        for epoch, value in enumerate(values[start:], start=start + 1):
            self._reported[proposal.number] = epoch
            with self._lock:
                trial.report(value, epoch)
                hopeless = trial.should_prune()
            if hopeless:
                self._pruned.add(proposal.number)
                return True
        # Not at its last epoch: a trial that ends there by itself keeps its model.
        return len(values) > self._hyperband.most

    def tell(self, proposal: Proposal, value: float | None) -> None:
        """The objective's last value, or None when the training job had none."""
        trial, pruned = self._trials[proposal.number], proposal.number in self._pruned
        with self._lock:
            if pruned:
                self._study.tell(trial, state=TrialState.PRUNED)
            else:
                state = TrialState.FAIL if value is None else None
                self._study.tell(trial, value, state=state)

    def _at(self, which: int) -> list[Range]:
        return self._ranges[which]

    def _prefix(self, which: int) -> str:
        return f"{which}/" if len(self._definitions) > 1 else ""

    def _enqueue_grids(self) -> None:
        for which, definition in enumerate(self._definitions):
            for point in combinations(definition.ranges):
                chosen = {self._prefix(which) + name: value for name, value in point.items()}
                self._study.enqueue_trial({**chosen, WHICH: which})

    def _as_trial(self, values: Values, value: float) -> optuna.trial.FrozenTrial | None:
        """The result as one of this study; None where a value is outside of today's range."""
        known = {item.name: item for item in self._at(0) if item.name in values}
        try:
            return optuna.trial.create_trial(
                params={name: item.drawn(values[name]) for name, item in known.items()},
                distributions={name: item.distribution for name, item in known.items()},
                value=value,
            )
        except ValueError:
            return None
