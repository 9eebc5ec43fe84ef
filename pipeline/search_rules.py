"""What strategy, ranges and number of trials want of each other: SageMaker's own rules. Pure.

They hold for a whole search, so they look at settings that have passed each its own rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from pipeline.errors import SettingRefused
from pipeline.search_space import SearchSpace

MOST_TRIALS = 100
LONGEST_ARGUMENT = 256  # that SageMaker hands to a processing container
MOST_TOLD = 3


def trials_of(
    values: Mapping[str, object], given: Collection[str], named: Callable[[str], str]
) -> int:
    """How many trials the search makes, where `given` names what is set for it expressly.

    SageMaker tries a grid as a whole, and refuses more trials than there are combinations.

    Raises:
        SettingRefused: settings that contradict each other.
    """
    space = SearchSpace.of(values)
    _check_lengths(space, named)
    _check_strategy(values, space, named)
    wanted = int(str(values["tuning_jobs"]))
    if space.combinations is None:
        return wanted
    whole_grid = values["strategy"] == "grid"
    if whole_grid and space.combinations > MOST_TRIALS:
        told = f"tried as a whole, {space.combinations:,} combinations: list fewer values in ranges"
        raise SettingRefused(named("strategy"), "grid", f"to be {told}; at most {MOST_TRIALS}")
    if "tuning_jobs" in given and whole_grid and wanted != space.combinations:
        told = f"{space.combinations}, the combinations of ranges that strategy=grid tries"
        raise SettingRefused(named("tuning_jobs"), wanted, told)
    if "tuning_jobs" in given and wanted > space.combinations:
        told = f"at most {space.combinations}: ranges have no more combinations to try"
        raise SettingRefused(named("tuning_jobs"), wanted, told)
    return space.combinations if whole_grid else min(wanted, space.combinations)


def _check_lengths(space: SearchSpace, named: Callable[[str], str]) -> None:
    """A processing job is told of each range by one argument."""
    for name, listed in space.listed.items():
        if len(",".join(listed)) > LONGEST_ARGUMENT:
            wanted = f"written in {LONGEST_ARGUMENT} characters: list fewer or rounder values"
            raise SettingRefused(f"{named('ranges')}.{name.replace('-', '_')}", listed, wanted)


def _check_strategy(
    values: Mapping[str, object], space: SearchSpace, named: Callable[[str], str]
) -> None:
    if values["strategy"] == "hyperband" and values["early_stopping"] != "off":
        wanted = "off, which strategy=hyperband needs as it stops trials by itself"
        raise SettingRefused(named("early_stopping"), values["early_stopping"], wanted)
    if values["strategy"] == "grid" and space.intervals:
        names = ", ".join(name.replace("-", "_") for name in list(space.intervals)[:MOST_TOLD])
        wanted = f'for ranges from one number to another: list the {{"values": […]}} of {names}'
        raise SettingRefused(named("strategy"), "grid", f"{wanted}, or fix them")
