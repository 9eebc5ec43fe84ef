"""Trials of a search as lines of a log, and as a table. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.terminal import coloured, table, words
from cli.trials import Trial
from cli.values import short

BEST_TRIALS = 6
NAMES = ("lr", "batch-size", "weight-decay", "dropout", "hidden-units")


def trial_line(trial: Trial, of: int) -> str:
    loss = "no loss" if trial.loss is None else f"loss {trial.loss:.4f}"
    values = " ".join(f"{name}={short(value)}" for name, value in _ordered(trial))
    return f"trial {trial.number} of {of} {_plain(trial.status)}: {loss} {values}".rstrip()


def trial_table(trials: Sequence[Trial], best: Trial | None, console: Console) -> Table:
    """Those at work and the best of the others."""
    names = [name for name, _ in _ordered(trials[0])]
    done = sorted(
        (trial for trial in trials if not trial.is_working),
        key=lambda trial: float("inf") if trial.loss is None else trial.loss,
    )
    shown = sorted(
        [*done[:BEST_TRIALS], *(trial for trial in trials if trial.is_working)],
        key=lambda trial: trial.number,
    )
    rows = [_trial_row(trial, names, best) for trial in shown]
    return table(console, (">trial", "status", ">loss", *(f">{name}" for name in names)), rows)


def _trial_row(trial: Trial, names: Iterable[str], best: Trial | None) -> list[str | Text]:
    loss = words("" if trial.loss is None else f"{trial.loss:.4f}")
    if best and trial.number == best.number:
        loss.stylize("bold green")
    values = [short(trial.hyperparameters.get(name, "")) for name in names]
    return [str(trial.number), coloured(_plain(trial.status)), loss, *values]


def _ordered(trial: Trial) -> list[tuple[str, str]]:
    """Its own hyperparameters, the known names first."""
    names = [name for name in NAMES if name in trial.hyperparameters]
    names += sorted(name for name in trial.hyperparameters if name not in NAMES)
    return [(name, trial.hyperparameters[name]) for name in names]


def _plain(status: str) -> str:
    """InProgress as people write it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", status).lower()
