"""A schedule from its seed, and what it has violated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.chaos.invariants import violations
from tests.chaos.profiles import PROFILES
from tests.chaos.violations import Violation
from tests.chaos.world import World


@dataclass(frozen=True, kw_only=True)
class Outcome:
    profile: str
    seed: int
    violations: Sequence[Violation]
    calls: int
    trace: Sequence[str]

    @property
    def replay(self) -> str:
        return f"python -m tests.chaos --profile {self.profile} --seed {self.seed} --trace"


def play(profile: str, seed: int, *, trace: bool = False) -> Outcome:
    world = World(seed, PROFILES[profile], trace=trace)
    world.run()
    return Outcome(
        profile=profile,
        seed=seed,
        violations=violations(world),
        calls=world.calls,
        trace=world.lines,
    )
