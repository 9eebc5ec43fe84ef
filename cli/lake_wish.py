"""What somebody wants who gives `kennel predict s3://…`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What stands on the command line."""

    source: str
    to: str | None
    form: str
    again: bool
    yes: bool
    stop: bool
    hour_price: float | None
    images_per_second: float
