"""Watching a run until it has ended: a live view for a person, lines for a log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from rich.console import Console
from rich.live import Live

from cli.follow_view import happenings, view
from cli.run_progress import Progress, ProgressReader
from cli.terminal import say

POLL_SECONDS = 2.0


def follow(
    reader: ProgressReader, run: str, console: Console, *, pause: float = POLL_SECONDS
) -> Progress:
    """Returns when the run has ended."""
    looks = _until_ended(reader, run, pause)
    return _watch(looks, console) if console.is_terminal else _tell(looks, console)


def _watch(looks: Iterator[Progress], console: Console) -> Progress:
    with Live(console=console, refresh_per_second=8) as live:
        for progress in looks:
            live.update(view(progress, datetime.now(UTC), console))
    return progress


def _tell(looks: Iterator[Progress], console: Console) -> Progress:
    before: Progress | None = None
    for progress in looks:
        for line in happenings(before, progress):
            say(console, line)
        before = progress
    return progress


def _until_ended(reader: ProgressReader, run: str, pause: float) -> Iterator[Progress]:
    while True:
        progress = reader.read(run)
        yield progress
        if not progress.run.is_working:
            return
        time.sleep(pause)
