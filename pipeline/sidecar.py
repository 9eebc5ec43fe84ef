"""A data set's own settings: the JSON object that lies beside its zip. Knows no bucket."""

from __future__ import annotations

from typing import Final

from pipeline.errors import InputError
from pipeline.quoting import shown
from pipeline.run_settings import RUN_RULES, RunSettings, run_settings
from pipeline.setting_rules import nearest
from pipeline.strict_json import parsed

# All settings together are far shorter: no more is read of what somebody has put there.
MOST_BYTES: Final = 64 * 1024


def read_sidecar(body: bytes, *, key: str, defaults: RunSettings) -> RunSettings:
    """The run's settings: `defaults` changed by the JSON object; its first bytes show one too long.

    Raises:
        InputError: not a JSON object, a name that does not exist, a value out of its rule.
    """
    named = shown(key)
    given = _object(_text(body, named), named)
    unknown = sorted(set(given) - set(RUN_RULES))
    if unknown:
        near = nearest(unknown[0], tuple(RUN_RULES))
        hint = f"did you mean {near}?" if near else "docs/settings.md lists the settings"
        raise InputError(f"{named} sets {shown(repr(unknown[0]))}, which does not exist: {hint}")
    return run_settings(given, defaults=defaults, named=lambda name: f"{named}: {name}")


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
        given = parsed(text)
    except ValueError as error:
        raise InputError(f"{named} is not valid JSON ({error}): mend or remove it") from error
    except RecursionError as error:
        raise InputError(
            f"{named} nests brackets too deeply to be read: give one JSON object such as "
            '{"epochs": 5}, or remove it'
        ) from error
    if not isinstance(given, dict):
        raise InputError(f'{named} must hold one JSON object such as {{"epochs": 5}}')
    return given
