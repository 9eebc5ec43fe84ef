"""Rows as lines of JSON, and back. Imports no torch.

A number that is none, or infinite, is null in a line and a NaN again in the row that is read.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from training_code.recorder.rows import (
    Counts,
    GpuUse,
    Row,
    Statistics,
    StepSeconds,
)

DIGITS = 7  # all that a float32 has

AnyRow = TypeVar("AnyRow", bound=Row)


def line_of(row: Row | Counts) -> str:
    """A row as a line without its end. What says nothing is left out."""
    return json.dumps(_plain(row), allow_nan=False, separators=(",", ":"))


def read_rows(folder: Path, kind: type[AnyRow]) -> Iterator[AnyRow]:
    """All whole rows so far, in their order; of a job that was killed the last may be torn."""
    path = folder / kind.FILE
    if not path.is_file():
        return
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield _row_of(kind, json.loads(line))


def read_counts(folder: Path) -> Counts | None:
    """None when the recorder was off."""
    path = folder / Counts.FILE
    if not path.is_file():
        return None
    given = json.loads(path.read_text(encoding="utf-8"))
    images = {split: tuple(numbers) for split, numbers in given["images"].items()}
    return Counts(**{**given, "classes": tuple(given["classes"]), "images": images})


def _plain(value: object) -> Any:
    """As json takes it."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    if dataclasses.is_dataclass(value):
        # Not asdict: it copies deeply, which takes five times as long.
        named = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name: _plain(item) for name, item in named if item is not None}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return value


def _row_of(kind: type[AnyRow], given: Mapping[str, Any]) -> AnyRow:
    nested: dict[str, object] = {}
    if "seconds" in given:
        nested["seconds"] = StepSeconds(**given["seconds"])
    if "stats" in given:
        nested["stats"] = Statistics(**_read_back(given["stats"]))
    if "gpu" in given:
        nested["gpu"] = tuple(GpuUse(**gpu) for gpu in given["gpu"])
    make: Callable[..., AnyRow] = kind
    return make(**{**_read_back(given), **nested})


def _read_back(given: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON changes: null was a NaN, a list was a tuple."""
    back: dict[str, Any] = {}
    for name, value in given.items():
        back[name] = tuple(value) if isinstance(value, list) else value
        if value is None:
            back[name] = math.nan
    return back
