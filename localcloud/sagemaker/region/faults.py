"""What may go wrong on AWS and does so here on demand: by chance, but by the same for a seed.

Whether something happens depends on the seed, on what it happens to, and on how often that was
asked for before; not on which thread is faster.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from localcloud.sagemaker.lots import Lots

Share = Literal[
    "events_twice",
    "events_lost",
    "throttled",
    "refused",
    "trials_refused",
    "capacity_errors",
    "internal_errors",
    "container_deaths",
    "outputs_at_end",
    "spot_interrupted",
]


@dataclass(frozen=True, kw_only=True)
class Faults:
    """Shares between 0 and 1, and times in seconds."""

    seed: float = 1
    events_twice: float = 0.0
    events_lost: float = 0.0
    events_late: float = 0.0  # each copy of an event comes up to so much late, hence in disorder
    throttled: float = 0.0  # of all calls
    refused: float = 0.0  # of the calls that create a job with instances: over the quota
    trials_refused: float = 0.0  # of a tuning's trials: over the quota, which fails the tuning
    capacity_wait: float = 0.0  # so long a training job waits for its instance
    capacity_errors: float = 0.0  # of jobs with instances: there are none of the type
    internal_errors: float = 0.0  # of jobs: SageMaker fails at their end, their work done
    container_deaths: float = 0.0  # of the containers of jobs: killed
    death_after: float = 1.0  # how long after the start
    outputs_at_end: float = 0.0  # of transform jobs: no output before all objects are through
    spot_interrupted: float = 0.0  # of the starts of a managed spot training
    spot_after: float = 1.0  # how long after the start

    @classmethod
    def names(cls) -> Mapping[str, str]:
        """Each field by the name that users write."""
        return {field.name.replace("_", "-"): field.name for field in fields(cls)}

    @classmethod
    def named(cls, values: Mapping[str, float]) -> Faults:
        """By the names that users write, as in `events-twice`.

        Raises:
            ValueError: no such fault, or no such share.
        """
        known = cls.names()
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"{name} is no fault: choose of {', '.join(known)}")
            check_number(name, value, time=name in TIMES)
        return cls(**{known[name]: value for name, value in values.items()})


TIMES = {"seed", "events-late", "capacity-wait", "death-after", "spot-after"}


def check_number(name: str, value: float, *, time: bool) -> None:
    """Comparisons that a NaN fails as well."""
    if time and not 0 <= value < math.inf:
        raise ValueError(f"{name}={value:g} is not a number of at least 0")
    if not time and not 0 <= value <= 1:
        raise ValueError(f"{name}={value:g} is not between 0 and 1")


class Chance:
    """Draws for the faults in force, which may be replaced while the engine runs."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._lots = Lots()

    def strikes(self, fault: Share, *subject: str) -> bool:
        share: float = getattr(self.faults, fault)
        return share > 0 and self._draw(fault, *subject) < share

    def seconds(self, most: float, *subject: str) -> float:
        """Up to `most`."""
        return most * self._draw("seconds", *subject) if most else 0.0

    def death(self, container: str) -> float:
        """After how many seconds the container is killed: mostly never."""
        if self.strikes("container_deaths", container):
            return self.faults.death_after
        return math.inf

    def _draw(self, *subject: str) -> float:
        return self._lots.draw(self.faults.seed, *subject)
