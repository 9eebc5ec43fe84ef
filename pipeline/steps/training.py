"""Tuning has ended: train the model with the values of the best trial."""

from __future__ import annotations

from dataclasses import replace

from pipeline.errors import JobFailed
from pipeline.events import TuningEnded
from pipeline.names import TRIAL_OUTPUTS, RunId, run_key
from pipeline.ports import Services
from pipeline.run import Run, Trial
from pipeline.steps.jobs import start_job
from pipeline.steps.progress import follow
from pipeline.steps.trials import keep_search

RETENTION_TAG = "kennel-retention"


def start_training(event: TuningEnded, services: Services) -> None:
    let_trials_expire(event.run, services)
    run = follow(
        event,
        services,
        entering="training",
        learn=lambda run: _with_best_trial(run, services),
    )
    if run:
        create_training(run, services)


def create_training(run: Run, services: Services) -> Run:
    return start_job(run, "training", services)


def let_trials_expire(run: RunId, services: Services) -> None:
    """The bucket's lifecycle knows what trials left by a tag: its prefixes have no wildcard."""
    trials = services.objects.list(run_key(run, TRIAL_OUTPUTS))
    services.objects.tag_many(trials, RETENTION_TAG, "tuning")


def _with_best_trial(run: Run, services: Services) -> Run:
    """The event does not name the best trial: it is asked for."""
    tuning = run.job_name("tuning", services.settings)
    best = services.jobs.best_trial(tuning)
    if best is None:
        raise JobFailed(tuning, f"no trial of {tuning} has reported a validation loss")
    keep_search(run, tuning, best.job, services)
    trial = Trial(best.job, best.objective)
    # The tuner names what it has searched alone.
    values = {**run.settings.space.fixed, **best.hyperparameters}
    return replace(run, hyperparameters=values, best_trial=trial)
