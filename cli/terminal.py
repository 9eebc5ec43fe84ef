"""What the terminal shows: colours, tables and progress for a person, plain lines in a log.

All text goes through here: no other module of the command makes a `Text` or writes by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

from rich import box
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from cli.printable import printable, printable_json, printable_line

WIDE = 240  # a log is not folded at 80 columns
FOLDED_LEAST = 12  # narrower, a sentence is a column of syllables
COLOURS = {
    "preparing": "cyan",
    "tuning": "cyan",
    "training": "cyan",
    "evaluating": "cyan",
    "predicting": "cyan",
    "stopping": "yellow",
    "unfinished": "yellow",
    "expired": "yellow",
    "done": "green",
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
    print_text(printable_json(answer))


def print_text(text: str) -> None:
    """A result as it is, in as many lines as it has, not folded."""
    sys.stdout.write(printable(text) + "\n")


def print_line(text: str) -> None:
    sys.stdout.write(printable_line(text) + "\n")


def print_mistake(text: str) -> None:
    sys.stderr.write(f"kennel: {printable(text)}\n")


def say(console: Console, text: str) -> None:
    """One line; in a log it bears its time."""
    stamp = "" if console.is_terminal else f"{datetime.now(UTC):%H:%M:%S} "
    console.print(words(stamp + text), soft_wrap=True)


def words(text: str, style: str = "") -> Text:
    return Text(printable_line(text), style=style)


def line(*parts: str | tuple[str, str] | Text) -> Text:
    """Words beside each other, each by itself or with its style."""
    made = Text()
    for part in parts:
        made.append_text(part if isinstance(part, Text) else words(*_styled(part)))
    return made


def _styled(part: str | tuple[str, str]) -> tuple[str, str]:
    return (part, "") if isinstance(part, str) else part


def coloured(word: str) -> Text:
    return words(word, COLOURS.get(word, ""))


def table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> Table:
    """Framed for a person, if there is room for a frame; only aligned columns in a log.

    A column named ">x" is set to the right, one named "~x" is folded where the width ends.
    """
    rows = list(rows)
    framed = _table(box.ROUNDED, columns, rows)
    unlimited = console.options.update(max_width=WIDE)
    if console.is_terminal and console.measure(framed, options=unlimited).minimum <= console.width:
        return framed
    return _table(None, columns, rows)


def _table(
    frame: box.Box | None, columns: Sequence[str], rows: Iterable[Sequence[str | Text]]
) -> Table:
    shown = Table(box=frame, header_style="bold", pad_edge=frame is not None)
    cells = [[cell if isinstance(cell, Text) else words(cell) for cell in row] for row in rows]
    for place, column in enumerate(columns):
        side: JustifyMethod = "right" if column[0] == ">" else "left"
        name, folded = column.lstrip(">~"), column[0] == "~"
        longest = max([len(name), *(row[place].cell_len for row in cells)])
        shown.add_column(
            name,
            justify=side,
            no_wrap=not folded,
            min_width=min(longest, FOLDED_LEAST) if folded else longest,
            overflow="fold",
        )
    for row in cells:
        shown.add_row(*row)
    return shown
