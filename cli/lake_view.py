"""Runs over what lies in S3 as a table, one with all that is known, and one while it works."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import Progress
from rich.table import Table

from cli.lake_records import LakeRecord
from cli.lake_run import Look
from cli.lake_status import LakeStatus
from cli.run_status import span
from cli.terminal import COLOURS, coloured, line, notes, print_line, results, say, table, words
from pipeline.lakes import Place

COLUMNS = ("lake", "state", "~images in", "began (UTC)", ">took", ">answered", ">cost", "model")


def lakes_table(lakes: Sequence[LakeStatus], now: datetime, console: Console) -> RenderableType:
    rows = [
        (
            lake.record.lake.name,
            coloured(lake.state),
            str(lake.record.lake.source),
            f"{lake.record.began:%Y-%m-%d %H:%M:%S}",
            span(_took(lake, now)),
            f"{lake.answered} of {lake.record.images}",
            _cost(lake),
            f"v{lake.record.champion.version}",
        )
        for lake in lakes
    ]
    return Padding(table(console, COLUMNS, rows), (1, 0, 0, 0))


def lake_details(lake: LakeStatus, now: datetime, results_lie: Place) -> RenderableType:
    record = lake.record
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, value in (
        ("reason", lake.reason),
        ("images", f"{lake.answered} of {record.images} answered, in {record.lake.source}"),
        ("outcomes", ", ".join(f"{count} {word}" for word, count in sorted(_outcomes(record)))),
        ("rows", f"{results_lie} ({record.lake.form})"),
        ("model", f"version {record.champion.version}, of run {record.champion.run}"),
        ("took", span(_took(lake, now))),
        ("cost", f"{_cost(lake)}, {lake.instance_hours:.2f} instance-hours"),
        ("estimate", f"{_dollars(record.dollars)}, {record.instance_hours:.2f} instance-hours"),
        ("jobs", ", ".join(lake.jobs)),
        ("command", record.lake.command),
    ):
        if value:
            grid.add_row(name, words(value))
    state = (lake.state, COLOURS.get(lake.state, ""))
    return Group(line("lake ", (record.lake.name, "bold"), " is ", state), grid)


def watched(looks: Iterator[Look]) -> Look:
    """A bar for a person, a line a change in a log."""
    console, before = notes(), -1
    try:
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("parts answered", total=None)
            for look in looks:
                bar.update(task, completed=look.settled, total=look.parts)
                if look.settled != before and not console.is_terminal:
                    say(console, f"{look.settled} of {look.parts} parts are answered")
                before = look.settled
    except KeyboardInterrupt:
        say(console, "the job goes on; the same command comes back to it")
        raise typer.Exit(130) from None
    return look


def show_end(record: LakeRecord, results_lie: Place) -> None:
    console = results()
    outcomes = _outcomes(record)
    rows = [(coloured(word), str(count)) for word, count in sorted(outcomes)]
    console.print(table(console, ("outcome", ">images"), rows))
    print_line(f"the rows lie in {results_lie}")
    if any(word == "not_readable" for word, _ in outcomes):
        say(
            notes(),
            "not_readable: the jobs' role was refused; a bucket of another account, or a KMS key, "
            "must allow it by its own policy",
        )


def _outcomes(record: LakeRecord) -> list[tuple[str, int]]:
    return list(record.end.outcomes.items()) if record.end else []


def _took(lake: LakeStatus, now: datetime) -> float:
    end = lake.record.end
    return ((end.at if end else now) - lake.record.began).total_seconds()


def _cost(lake: LakeStatus) -> str:
    """Without a price of its instances, what can be told is hours."""
    return f"{lake.instance_hours:.2f} h" if lake.dollars is None else _dollars(lake.dollars)


def _dollars(dollars: float | None) -> str:
    return "no price" if dollars is None else f"${dollars:.2f}"
