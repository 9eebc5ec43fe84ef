"""JSON as people write it: what Python's parser would guess at is refused. Calls nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from pipeline.quoting import shown

# Python itself refuses to read numbers of more than 4,300 digits, in a sentence about its limits.
MOST_DIGITS: Final = 20


def parsed(text: str) -> object:
    """What the text says.

    Raises:
        ValueError: not JSON, a name set twice, or a word such as NaN; it says which.
        RecursionError: brackets in brackets, too many to follow.
    """
    return json.loads(
        text,
        object_pairs_hook=_without_repetition,
        parse_constant=_no_number,
        parse_int=_whole,
    )


def _without_repetition(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """JSON lets a name come twice, and each reader takes another of the two values."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{shown(repr(name))} is set twice")
        found[name] = value
    return found


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number of JSON")


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= MOST_DIGITS else digits
