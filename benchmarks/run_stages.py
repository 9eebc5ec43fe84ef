"""The stages of a run, with what each waits for and costs. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from benchmarks.bill import prices
from benchmarks.run_rates import Rates
from pipeline.run_settings import RunSettings

CORES = 2  # of four processors, two to a core, which all default instances have
MEGABYTES, MEGABYTES_PER_SECOND = 1100, 100  # of the zip, and how fast S3 hands it out


@dataclass(frozen=True)
class Images:
    train: int
    held_out: int  # half to validate, half to test


@dataclass(frozen=True)
class Stage:
    """Jobs of one kind: how many start, in how many rounds, and how long each round works."""

    name: str
    starts: int
    rounds: int
    round_minutes: float
    start_minutes: float
    instance: str = "ml.m5.xlarge"

    @property
    def work_minutes(self) -> float:
        return self.rounds * self.round_minutes

    @property
    def minutes(self) -> float:
        return self.rounds * (self.start_minutes + self.round_minutes)

    @property
    def dollars(self) -> float:
        """Starts are billed here as work is, which is more than SageMaker does."""
        hours = self.starts * (self.start_minutes + self.round_minutes) / 60
        return hours * float(prices()["instances_per_hour"][self.instance])


def stages(settings: RunSettings, images: Images, rates: Rates, *, start: float) -> list[Stage]:
    """From the upload to a model that serves."""
    download = MEGABYTES / MEGABYTES_PER_SECOND
    one_trial = settings.tuning_epochs * rates.epoch
    searches = settings.search == "in_job"
    search = settings.tuning_jobs * one_trial / CORES if searches else 0.0
    preparation = download + rates.preparation(images, settings.views) / CORES + search
    final = settings.epochs * rates.epoch
    training = download + final + rates.first_view * images.held_out / CORES
    # Served, an image takes at most what it takes the preparation.
    evaluation = rates.first_view * images.held_out / 2 / CORES

    def stage(name: str, starts: int, rounds: int, seconds: float) -> Stage:
        return Stage(name, starts, rounds, seconds / 60, start)

    trials, at_once = settings.tuning_jobs, settings.tuning_parallel
    tuning = [] if searches else [stage("tuning", trials, math.ceil(trials / at_once), one_trial)]
    return [
        stage("preparation", 1, 1, preparation),
        *tuning,
        stage("training", 1, 1, training),
        replace(stage("evaluation", 1, 1, evaluation), instance="ml.c5.xlarge"),
    ]
