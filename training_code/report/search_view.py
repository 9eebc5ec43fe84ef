"""What a search did, as the report shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from markupsafe import Markup

from training_code.report.charts import Line, bars_chart, lines_chart
from training_code.report.importance import FEWEST_TRIALS, importances
from training_code.report.material import Document, Material

NOTHING = Markup()
NO_SEARCH = "The trials of the search were not handed to this training."
EXPLAINED = (
    "Importance is the share of the trials' order that one value alone explains (a parabola of its "
    "ranks, or a mean for each of a few values), less what chance would."
)
TOO_FEW = f"Fewer than {FEWEST_TRIALS} trials have been measured: too few to say what mattered."


@dataclass(frozen=True)
class SearchView:
    """Empty but for `missing` where there was no search to be seen."""

    missing: str = ""
    best: str = ""
    names: Sequence[str] = ()
    trials: Sequence[Mapping[str, Any]] = ()
    objective: Markup = NOTHING
    importance: Markup = NOTHING
    gain: str = ""
    explained: str = ""


def search_view(material: Material) -> SearchView:
    document, salt = material.trials, material.course.used.run
    trials = document.get("trials", [])
    if not trials:
        return SearchView(missing=NO_SEARCH)
    mattered = importances(trials)
    bars = {name: {"share": share} for name, share in mattered.items()}
    return SearchView(
        best=document.get("best", ""),
        names=_varied(trials),
        trials=trials,
        objective=_course(trials, document.get("objective", "objective"), salt),
        importance=_importance(bars, salt) if bars else Markup(),
        gain=gain_sentence(material.gain),
        explained=EXPLAINED if bars else TOO_FEW,
    )


def _varied(trials: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was not the same in all trials."""
    names = dict.fromkeys(name for trial in trials for name in trial["values"])
    return [name for name in names if len({str(one["values"].get(name)) for one in trials}) > 1]


def _importance(bars: Mapping[str, Mapping[str, float]], salt: str) -> Markup:
    return bars_chart("Importance", bars, x="share of the order explained", salt=salt)


def _course(trials: Sequence[Mapping[str, Any]], objective: str, salt: str) -> Markup:
    measured = [
        (number, float(trial["objective"]))
        for number, trial in enumerate(trials, start=1)
        if trial["objective"] is not None
    ]
    if not measured:
        return Markup()
    numbers, reached = zip(*measured, strict=True)
    lines = [
        Line("a trial", numbers, reached, marked=True),
        Line("best so far", numbers, list(accumulate(reached, min))),
    ]
    return lines_chart("Search", lines, x="trial", y=objective, salt=salt, whole=True)


def gain_sentence(gain: Document) -> str:
    """Also when the search gained nothing."""
    if not gain:
        return "What the search gained over the default values was not measured."
    low, high = gain["interval"]
    certain = low > 0 or high < 0
    judged = "" if certain else ": the interval holds zero, so it may be chance"
    return (
        f"Over the default values the search gained {gain['accuracy']:+.1%} of accuracy on the "
        f"test split (95 % interval {low:+.1%} to {high:+.1%}){judged}."
    )
