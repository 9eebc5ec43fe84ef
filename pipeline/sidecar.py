"""A data set's own settings: the JSON object that lies beside its zip. Knows no bucket."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Final

from pipeline.errors import InputError
from pipeline.quoting import shown
from pipeline.settings import RUN_RULES, RunSettings

# All settings together are shorter than 1 KiB: no more is read of what somebody has put there.
MOST_BYTES: Final = 64 * 1024
# Python itself refuses to read numbers of more than 4,300 digits, in a sentence about its limits.
MOST_DIGITS: Final = 20


def read_sidecar(body: bytes, *, key: str, defaults: RunSettings) -> RunSettings:
    """The run's settings: `defaults` changed by the JSON object; its first bytes show one too long.

    Raises:
        InputError: not a JSON object, a name that does not exist, a value out of its rule.
    """
    named = shown(key)
    given = _object(_text(body, named), named)
    unknown = sorted(set(given) - set(RUN_RULES))
    if unknown:
        known = ", ".join(RUN_RULES)
        raise InputError(
            f"{named} sets {shown(repr(unknown[0]))}, which does not exist; settings are {known}"
        )
    values = {name: RUN_RULES[name].read(f"{named}: {name}", given[name]) for name in given}
    make: Callable[..., RunSettings] = RunSettings  # the rules have looked at the types
    return make(**asdict(defaults) | values)


def _text(body: bytes, named: str) -> str:
    if len(body) > MOST_BYTES:
        raise InputError(
            f"{named} is longer than the {MOST_BYTES // 1024} KiB that settings may have: shorten "
            "or remove it"
        )
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{named} is not UTF-8 text (its byte {error.start:,} is none): save it as UTF-8, or "
            "remove it"
        ) from error


def _object(text: str, named: str) -> dict[str, object]:
    try:
        given = json.loads(
            text,
            object_pairs_hook=_without_repetition,
            parse_constant=_no_number,
            parse_int=_whole,
        )
    except ValueError as error:
        raise InputError(f"{named} is not valid JSON ({error}): mend or remove it") from error
    except RecursionError as error:
        raise InputError(
            f"{named} nests brackets too deeply to be read: give one flat JSON object such as "
            '{"epochs": 5}, or remove it'
        ) from error
    if not isinstance(given, dict):
        raise InputError(f'{named} must hold one JSON object such as {{"epochs": 5}}')
    return given


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
