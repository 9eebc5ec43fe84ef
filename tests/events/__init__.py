"""Recorded sample events in the shapes that AWS documents, and ways to damage them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
# The run that the recorded events are about.
RUN = "abcdefghij"


def recorded(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return event


def without(event: dict[str, Any], path: str) -> dict[str, Any]:
    """A copy that lacks what lies at `path`, such as "detail.object.key" or "Records.0.body"."""
    damaged = copy.deepcopy(event)
    *way, last = path.split(".")
    del _inside(damaged, way)[last]
    return damaged


def replaced(event: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    changed = copy.deepcopy(event)
    *way, last = path.split(".")
    _inside(changed, way)[last] = value
    return changed


def _inside(found: Any, way: list[str]) -> Any:
    for step in way:
        found = found[int(step) if step.isdigit() else step]
    return found
