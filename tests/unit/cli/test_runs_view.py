"""The list of runs on terminals of any width: no word of it is ever cut off."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from cli.runs_view import runs_table
from tests.support.run_views import ended_in, run_at, status_of

NOW = datetime(2026, 11, 20, 10, 5, tzinfo=UTC)


def screen(width: int) -> str:
    console = Console(file=StringIO(), width=width, force_terminal=True, color_system=None)
    runs = [ended_in("preparing", "rejected", "The zip is cut off."), run_at("training")]
    console.print(runs_table([status_of(run) for run in runs], NOW, console))
    printed: str = console.file.getvalue()  # type: ignore[attr-defined] # it is a StringIO
    return printed


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_every_column_and_reason_is_seen(width: int) -> None:
    text = screen(width)

    words = ("abcdefghij", "rejected", "training", "dogs.zip", "11-20 10:00", "The zip is cut off.")
    assert [word for word in words if word not in text] == []
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize(("width", "framed"), [(80, False), (120, True)])
def test_a_frame_is_drawn_where_it_has_room(width: int, framed: bool) -> None:
    assert ("╭" in screen(width)) is framed
