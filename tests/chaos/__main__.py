"""Play many schedules, and print what they have violated.

python -m tests.chaos --number 500                     each profile, 500 seeds
python -m tests.chaos --profile killed --seed 7 --trace
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence

from tests.chaos.profiles import PROFILES
from tests.chaos.schedule import Outcome, play

SHOWN = 5  # of the violations of one invariant


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    outcomes: list[Outcome] = []
    for profile in options.profile or PROFILES:
        seeds = (
            [options.seed]
            if options.seed is not None
            else range(options.first, options.first + options.number)
        )
        began = time.perf_counter()
        played = [play(profile, seed, trace=options.trace) for seed in seeds]
        outcomes += played
        _report(profile, played, time.perf_counter() - began)
        if options.trace:
            print("\n".join(line for outcome in played for line in outcome.trace))
    _explain(outcomes)
    return 1 if any(outcome.violations for outcome in outcomes) else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--profile", action="append", choices=list(PROFILES))
    parser.add_argument("--number", type=int, default=300, help="of seeds for each profile")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--trace", action="store_true", help="print every call and event")
    return parser.parse_args(arguments)


def _report(profile: str, played: Sequence[Outcome], seconds: float) -> None:
    bad = sum(bool(outcome.violations) for outcome in played)
    calls = sum(outcome.calls for outcome in played)
    print(
        f"{profile:14}{len(played):7} schedules{calls:9} calls{seconds:8.1f} s{bad:6} violated",
        flush=True,
    )


def _explain(outcomes: Sequence[Outcome]) -> None:
    found = [(violation, outcome) for outcome in outcomes for violation in outcome.violations]
    counts = Counter(violation.invariant for violation, _ in found)
    for invariant, count in counts.most_common():
        print(f"\n{invariant}: violated {count} times")
        for violation, outcome in [one for one in found if one[0].invariant == invariant][:SHOWN]:
            print(f"  {violation.what}\n    {outcome.replay}")
    if not found:
        print("\nno invariant was violated")


if __name__ == "__main__":
    sys.exit(main())
