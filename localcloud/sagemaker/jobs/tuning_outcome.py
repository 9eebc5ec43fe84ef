"""How the trials of a tuning job stand: counters, the best one, whether they are enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from localcloud.sagemaker.jobs.tuning_trial import Trial
from localcloud.sagemaker.region.shapes import Json

IMPROVEMENT = 0.01  # what AWS calls an improvement: at least one hundredth


def counters(trials: Sequence[Trial]) -> Json:
    ended = Counter(trial.status for trial in trials if not trial.running)
    judged = Counter(trial.objective_status for trial in trials)
    return {
        "TrainingJobStatusCounters": {
            "Completed": ended["Completed"],
            "InProgress": sum(trial.running for trial in trials),
            "RetryableError": 0,
            "NonRetryableError": ended["Failed"],
            "Stopped": ended["Stopped"],
        },
        "ObjectiveStatusCounters": {
            "Succeeded": judged["Succeeded"],
            "Pending": judged["Pending"],
            "Failed": judged["Failed"],
        },
    }


def best_of(trials: Iterable[Trial]) -> Trial | None:
    """Among those that have ended; the earliest of equals."""
    best: Trial | None = None
    for trial in trials:
        if trial.running or trial.value is None:
            continue
        if best is None or trial.objective.better(trial.value, than=best.value or 0.0):
            best = trial
    return best


def not_improving(ended: Iterable[Trial]) -> int:
    """How many trials have ended, one after another, since one was better by a hundredth."""
    best: float | None = None
    since = 0
    for trial in ended:
        if trial.value is None:
            continue
        if best is None or _improves(trial, best):
            best, since = trial.value, 0
        else:
            since += 1
    return since


def _improves(trial: Trial, best: float) -> bool:
    value = trial.value or 0.0
    return trial.objective.better(value, than=best) and abs(value - best) >= IMPROVEMENT * abs(best)


def is_enough(criteria: Json, ended: Sequence[Trial]) -> bool:
    """Whether a completion criterion of the request is met."""
    best = best_of(ended)
    if best is None or best.value is None:
        return False
    target = criteria.get("TargetObjectiveMetricValue")
    if target is not None and not best.objective.better(target, than=best.value):
        return True
    patience = criteria.get("BestObjectiveNotImproving", {}).get(
        "MaxNumberOfTrainingJobsNotImproving"
    )
    return patience is not None and not_improving(ended) >= patience
