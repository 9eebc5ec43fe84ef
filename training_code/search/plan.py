"""What a search is asked for: what it may try, how, how often and for how long. No Optuna yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from training_code.job.arguments import ArgumentReader
from training_code.job.errors import InputError

Strategy = Literal["bayesian", "random", "hyperband", "grid"]

SEARCHED = ("lr", "weight-decay", "eps", "dropout", "batch-size", "hidden-units", "backbone")
SPACING = ("linear", "log")
# Of the job's time, so that what was found is still written and uploaded.
SHARE_OF_TIME = 0.9


@dataclass(frozen=True)
class Dimension:
    """One hyperparameter: an interval, or values of which one is taken."""

    name: str
    values: tuple[str, ...] = ()
    interval: tuple[float, float] | None = None
    by_magnitude: bool = False

    @classmethod
    def parse(cls, name: str, text: str) -> Dimension:
        """`0.0001:0.1:log`, `0:0.5:linear`, `32,64,128`, or one value alone."""
        parts = text.split(":")
        if len(parts) == 1:
            return cls(name, tuple(text.split(",")))
        try:
            least, most, spacing = float(parts[0]), float(parts[1]), parts[2]
        except (IndexError, ValueError):
            raise InputError(f"range-{name}={text!r} is no range such as 0:0.5:linear") from None
        if spacing not in SPACING or not least <= most or (spacing == "log" and least <= 0):
            raise InputError(f"range-{name}={text!r} is no range such as 0.001:0.1:log")
        return cls(name, interval=(least, most), by_magnitude=spacing == "log")


@dataclass(frozen=True, kw_only=True)
class SearchPlan:
    backbone: str  # whose features are searched on, where the backbone is none of the dimensions
    dimensions: tuple[Dimension, ...]
    strategy: Strategy
    trials: int
    epochs: int
    stop_hopeless: bool  # by the median of what the others had reached by the same epoch
    seed: int
    seconds: float  # after which no trial begins, and those at work end with what they have

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> SearchPlan | None:
        """None if a tuning job searches."""
        ranges = [f"range-{name}" for name in SEARCHED]
        names = ("search", "backbone", "strategy", "trials", "epochs", "early-stopping", "seed")
        given = ArgumentReader.parse(arguments, (*names, "max-seconds", *ranges))
        if given.choice("search", "tuning_job", ("tuning_job", "in_job")) == "tuning_job":
            return None
        asked = ((name, given.text(f"range-{name}", "")) for name in SEARCHED)
        strategy = given.choice("strategy", "bayesian", get_args(Strategy))
        return cls(
            backbone=given.text("backbone", "resnet50").partition(",")[0],
            dimensions=tuple(Dimension.parse(name, text) for name, text in asked if text),
            strategy=cast(Strategy, strategy),
            trials=given.whole("trials", 10, least=1),
            epochs=given.whole("epochs", 30, least=1),
            stop_hopeless=given.choice("early-stopping", "auto", ("auto", "off")) == "auto",
            seed=given.whole("seed", 1, least=0),
            seconds=SHARE_OF_TIME * given.whole("max-seconds", 24 * 3600, least=1),
        )
