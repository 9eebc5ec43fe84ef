"""Waiting for what happens at a moment that no test knows: the one bounded retry."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def eventually(
    look: Callable[[], Found | None],
    wanted: Callable[[Found], object] = bool,
    *,
    within: float = 30,
) -> Found:
    """What `look` finds as soon as it is as wanted: something, if nothing else is said."""
    due = time.monotonic() + within
    while (found := look()) is None or not wanted(found):
        assert time.monotonic() < due, f"still {found!r} after {within:g} s"
        time.sleep(0.05)  # between two looks; nothing depends on its length
    return found
