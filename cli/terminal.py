"""What the terminal shows: colours, tables and progress for a person, plain lines in a log."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

from rich import box
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

WIDE = 240  # a log is not folded at 80 columns
COLOURS = {
    "preparing": "cyan",
    "tuning": "cyan",
    "training": "cyan",
    "evaluating": "cyan",
    "serving": "bold green",
    "superseded": "green",
    "accept": "green",
    "review": "yellow",
    "unknown": "yellow",
    "declined": "yellow",
    "stopped": "yellow",
    "unreadable": "red",
    "rejected": "bold red",
    "failed": "bold red",
    "missing": "bold red",
}


def results() -> Console:
    """What was asked for goes to standard output."""
    return _console(sys.stdout)


def notes() -> Console:
    """What happens meanwhile goes to standard error, so that output can be piped."""
    return _console(sys.stderr)


def _console(stream: TextIO) -> Console:
    if stream.isatty():
        return Console(file=stream, highlight=False)
    return Console(
        file=stream, highlight=False, force_terminal=False, color_system=None, width=WIDE
    )


def print_json(answer: Any) -> None:  # Any: whatever JSON can hold
    sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")


def say(console: Console, text: str) -> None:
    """One line; in a log it bears its time."""
    stamp = "" if console.is_terminal else f"{datetime.now(UTC):%H:%M:%S} "
    console.print(Text(stamp + text), soft_wrap=True)


def coloured(word: str) -> Text:
    return Text(word, style=COLOURS.get(word, ""))


def table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> Table:
    """Framed for a person; aligned columns and nothing else in a log.

    A column named ">x" is set to the right, one named "~x" is folded where the width ends.
    """
    frame = box.ROUNDED if console.is_terminal else None
    shown = Table(box=frame, header_style="bold", pad_edge=frame is not None)
    for column in columns:
        side: JustifyMethod = "right" if column[0] == ">" else "left"
        shown.add_column(
            column.lstrip(">~"), justify=side, no_wrap=column[0] != "~", overflow="fold"
        )
    for row in rows:
        shown.add_row(*[cell if isinstance(cell, Text) else Text(cell) for cell in row])
    return shown
