"""A list of runs in pages: so many runs, so many bytes, and where the next page begins. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypedDict

from pipeline.run import Run
from pipeline.run_view import RunView, run_view

MOST_RUNS: Final = 1000
# Lambda's answers end at 6 MB; its envelope escapes every quotation mark once more.
MOST_BYTES: Final = 4_000_000


class Page(TypedDict):
    """As the API sends it; `next` is None on the last one."""

    runs: list[RunView]
    next: str | None


class UnknownPosition(ValueError):
    """No page has ever ended there."""


@dataclass(frozen=True, order=True)
class Position:
    """A run's place in the list, which is the same whatever has begun since."""

    began: str
    run: str

    @classmethod
    def of(cls, run: Run) -> Position:
        return cls(run.timeline[0].time.isoformat(), run.id)

    @classmethod
    def read(cls, token: str) -> Position:
        """
        Raises:
            UnknownPosition: the token is not one of ours.
        """
        try:
            began, run = base64.urlsafe_b64decode(token).decode().split(" ")
        except (binascii.Error, ValueError) as error:
            raise UnknownPosition(token) from error
        return cls(began, run)

    def token(self) -> str:
        return base64.urlsafe_b64encode(f"{self.began} {self.run}".encode()).decode()


def page_of(runs: Iterable[Run], after: Position | None, most: int = MOST_RUNS) -> Page:
    """The newest of those that stand behind `after`: at least one, if there is one left."""
    ordered = sorted(runs, key=Position.of, reverse=True)
    left = [run for run in ordered if after is None or Position.of(run) < after]
    views: list[RunView] = []
    room = MOST_BYTES
    for run in left[:most]:
        view = run_view(run)
        room -= len(json.dumps(view))
        if room < 0 and views:
            break
        views.append(view)
    last = Position.of(left[len(views) - 1]).token() if len(views) < len(left) else None
    return {"runs": views, "next": last}
