"""What the recorder keeps, and how often. `default`, `off`, or some of its own settings as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from training_code.job.errors import InputError
from training_code.recorder.rows import Collection

COLLECTIONS: tuple[Collection, ...] = get_args(Collection)


@dataclass(frozen=True, kw_only=True)
class RecorderSettings:
    """Steps on images take tenths of a second; quick ones, of a head on features, a millisecond."""

    steps: int = 1  # every how many steps a row tells of one; 0: never
    tensors: int = 50  # every how many steps rows tell of the tensors; 0: never
    quick_steps: int = 100
    quick_tensors: int = 2000
    system_ms: int = 500  # milliseconds between two rows about the machine; 0: none
    trace: int = 2  # so many steps are traced, call by call
    collections: tuple[Collection, ...] = COLLECTIONS

    def paced(self, *, quick: bool) -> RecorderSettings:
        """With the intervals that such steps can afford."""
        if not quick:
            return self
        return dataclasses.replace(self, steps=self.quick_steps, tensors=self.quick_tensors)


# Of trials there are many, and nobody looks at each: they leave out what the layers say.
TRIAL = RecorderSettings(
    trace=0, collections=("weights", "gradients", "updates", "labels", "predictions")
)
BOUNDS = {"steps": (0, 10_000), "tensors": (0, 100_000), "system_ms": (0, 60_000), "trace": (0, 20)}
LEAST_SYSTEM_MS = 100


def read_settings(text: str, default: RecorderSettings) -> RecorderSettings | None:
    """None: off.

    Raises:
        InputError: names the wrong value and what is wanted.
    """
    if text == "off":
        return None
    if text in ("", "default"):
        return default
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise InputError(f"recorder={text!r} is not default, off, or a JSON object")
    return _changed(default, given)


def _changed(default: RecorderSettings, given: Mapping[str, object]) -> RecorderSettings:
    changes: dict[str, int] = {}
    chosen = default.collections
    for name, value in given.items():
        if name == "collections":
            chosen = _collections(value)
        elif name in BOUNDS:
            changes[name] = _whole(name, value)
        else:
            raise InputError(f"recorder has no setting {name!r}: {', '.join(BOUNDS)}, collections")
    # What is asked for is kept, however quick the steps are.
    asked = {f"quick_{name}": changes[name] for name in ("steps", "tensors") if name in changes}
    return dataclasses.replace(default, collections=chosen, **changes, **asked)


def _whole(name: str, value: object) -> int:
    least, most = BOUNDS[name]
    wrong = isinstance(value, bool) or not isinstance(value, int)
    if wrong or not least <= int(str(value)) <= most:
        raise InputError(f"recorder.{name}={value!r} is not a whole number from {least} to {most}")
    number = int(str(value))
    if name == "system_ms" and 0 < number < LEAST_SYSTEM_MS:
        raise InputError(f"recorder.system_ms={number} is too often: 0, or at least 100")
    return number


def _collections(value: object) -> tuple[Collection, ...]:
    names = value if isinstance(value, list) else [value]
    strange = [name for name in names if name not in COLLECTIONS]
    if strange:
        raise InputError(
            f"recorder.collections={strange[0]!r} is not one of {', '.join(COLLECTIONS)}"
        )
    return tuple(one for one in COLLECTIONS if one in names)
