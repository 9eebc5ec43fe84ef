"""Runs as a table, and one run with all that is known of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.run_status import RunStatus, counted, percent, span
from cli.terminal import COLOURS, coloured, line, table, words
from cli.values import short
from pipeline.names import DATASETS
from pipeline.structured_rules import as_text

COLUMNS = ("run", "state", "~data set", "began (UTC)", ">took", ">accuracy", "model")
ROOM_FOR_REASONS = 140  # columns of a terminal


def runs_table(runs: Sequence[RunStatus], now: datetime, console: Console) -> RenderableType:
    """With each run's reason in its row, or below where a row has no room for a sentence."""
    if console.width >= ROOM_FOR_REASONS:
        rows = [(*_row(run, now, "%Y-%m-%d %H:%M:%S"), _remark(run)) for run in runs]
        return table(console, (*COLUMNS, "~reason"), rows)
    told = [line((run.run, "bold"), f" {_remark(run)}") for run in runs if _remark(run)]
    below = [Padding(text, (1 if place == 0 else 0, 0, 0, 0)) for place, text in enumerate(told)]
    rows = [_row(run, now, "%m-%d %H:%M") for run in runs]
    return Group(table(console, COLUMNS, rows), *below)


def details(run: RunStatus, now: datetime) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, value in _facts(run):
        grid.add_row(name, value if isinstance(value, Text) else words(value))
    head = line("run ", (run.run, "bold"), " is ", (run.state, COLOURS[run.state]))
    return Group(head, grid, *_timeline(run, now))


def _row(run: RunStatus, now: datetime, form: str) -> tuple[str | Text, ...]:
    return (
        run.run,
        coloured(run.state),
        run.dataset.removeprefix(DATASETS),
        run.began.strftime(form),
        span(_took(run, now)),
        percent(run.metrics.get("test_accuracy")),
        f"v{run.version}" if run.version is not None else "",
    )


def _remark(run: RunStatus) -> str:
    return run.quota_wait.sentence() if run.quota_wait else run.reason or ""


def _took(run: RunStatus, now: datetime) -> float:
    """Until it served or ended otherwise: what came after is another run's doing."""
    ends = [moment.time for moment in run.timeline if moment.state != "superseded"]
    return ((now if run.is_working else ends[-1]) - run.began).total_seconds()


def _facts(run: RunStatus) -> Iterator[tuple[str, str | Text]]:
    if run.reason:
        yield "reason", words(run.reason, COLOURS[run.state])
    if run.quota_wait:
        yield "waiting", words(run.quota_wait.sentence(), "yellow")
    yield "data set", run.dataset
    if run.counts:
        yield "images", f"{counted(run.counts)} in {len(run.classes)} classes"
    if run.classes:
        yield "classes", _some(run.classes)
    for place, warning in enumerate(run.warnings):
        yield "" if place else "beware", words(warning, "yellow")
    settings = [f"{name} {as_text(value)}" for name, value in run.settings.items()]
    yield "settings", ", ".join(settings)
    if run.best_trial:
        loss = f"validation loss {run.best_trial.objective:.4f}"
        yield "best trial", f"{run.best_trial.job}, {loss}"
    values = [f"{name} {short(value)}" for name, value in run.hyperparameters.items()]
    if values:
        yield "hyperparameters", ", ".join(values)
    for place, found in enumerate(run.findings):
        yield "" if place else "rules found", words(found, "yellow")
    yield from _listed("metrics", {name: f"{value:.4f}" for name, value in run.metrics.items()})
    yield from _listed("jobs", run.jobs)
    if run.artifact:
        version = f"version {run.version}: " if run.version is not None else ""
        yield "model", f"{version}{run.artifact}"
    yield from _listed("reports", run.reports)


def _listed(title: str, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for place, (name, value) in enumerate(values.items()):
        yield title if place == 0 else "", f"{name} {value}"


def _some(classes: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(classes[:most])
    return shown if len(classes) <= most else f"{shown} and {len(classes) - most} more"


def _timeline(run: RunStatus, now: datetime) -> Iterator[Text]:
    for moment in run.timeline:
        seconds = run.seconds_in(moment.state, now)
        spent = f"for {span(seconds)}" if seconds and moment != run.timeline[-1] else ""
        yield line(
            (f"{moment.time:%Y-%m-%d %H:%M:%S} UTC  ", "dim"),
            (f"{moment.state:<11}", COLOURS[moment.state]),
            (spent, "dim"),
        )
