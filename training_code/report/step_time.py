"""Where the seconds of a step go. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from itertools import pairwise

from training_code.recorder.rows import StepRow, StepSeconds

PHASES = {"train": "training", "valid": "validation", "test": "test"}
WAITING_LONG = 0.3  # of the step: from here on another way to load the images is worth its trouble


def step_seconds(rows: Sequence[StepRow]) -> dict[str, Mapping[str, float]]:
    """Mean seconds of each part of a step, by phase.

    The first step of each phase and epoch is left out where there are others: it waits for loader
    processes to start and for memory that all others find ready.
    """
    means: dict[str, Mapping[str, float]] = {}
    for phase, name in PHASES.items():
        mine = [row for row in rows if row.phase == phase]
        steady = [now for before, now in pairwise(mine) if now.epoch == before.epoch]
        if mine:
            means[name] = _means([row.seconds for row in steady or mine])
    return means


def _means(seconds: Sequence[StepSeconds]) -> Mapping[str, float]:
    parts = [field.name for field in dataclasses.fields(StepSeconds)]
    return {part: sum(getattr(one, part) for one in seconds) / len(seconds) for part in parts}


def waiting_share(seconds: Mapping[str, Mapping[str, float]]) -> float:
    """Of a training step, the share in which the network waits for its images."""
    parts = seconds.get(PHASES["train"], {})
    total = sum(parts.values())
    return parts["data"] / total if total else 0.0
