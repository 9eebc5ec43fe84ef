"""Some hundred schedules of every kind; `make chaos` plays thousands."""

from __future__ import annotations

import pytest

from tests.chaos.profiles import PROFILES
from tests.chaos.schedule import play

# Of each profile: those with images have a run first, and take longer.
SCHEDULES, SCHEDULES_OF_IMAGES = 15, 5


@pytest.mark.parametrize("profile", PROFILES)
def test_no_schedule_violates_an_invariant(profile: str) -> None:
    number = SCHEDULES_OF_IMAGES if PROFILES[profile].images else SCHEDULES

    outcomes = [play(profile, seed) for seed in range(number)]

    assert [(one.replay, one.violations) for one in outcomes if one.violations] == []


def test_a_seed_gives_the_same_schedule_again() -> None:
    first, second = (play("everything", 3, trace=True) for _ in range(2))

    assert first.trace == second.trace
    assert len(first.trace) > 100
    assert play("everything", 4, trace=True).trace != first.trace
