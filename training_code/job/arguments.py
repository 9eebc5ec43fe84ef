"""Command line arguments as SageMaker passes them: all text, some unknown, some quoted twice."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from training_code.job.errors import InputError


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are the user's to read, not usage on stderr and exit."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"the job's arguments cannot be read: {message}")


@dataclass(frozen=True)
class ArgumentReader:
    """Typed access to the arguments; a wrong value names itself."""

    values: Mapping[str, str | None]

    @classmethod
    def parse(cls, arguments: Sequence[str], names: Sequence[str]) -> ArgumentReader:
        """Keep the known names; SageMaker and its toolkits add names of their own."""
        parser = Parser(add_help=False, allow_abbrev=False)
        for name in names:
            parser.add_argument(f"--{name}", dest=name)
        known, _ = parser.parse_known_args(_join_pairs(arguments))
        # The tuner quotes categorical values once more: "\"64\"" instead of "64".
        return cls({name: value and value.strip("\"' ") for name, value in vars(known).items()})

    def text(self, name: str, default: str) -> str:
        """A text; empty counts as not given."""
        return self.values.get(name) or default

    def choice(self, name: str, default: str, choices: Sequence[str]) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise InputError(f"{name}={value!r} is not one of {', '.join(choices)}")
        return value

    def whole(self, name: str, default: int, *, least: int) -> int:
        value = self.text(name, str(default))
        try:
            number = int(value)
        except ValueError:
            raise InputError(f"{name}={value!r} is not a whole number") from None
        if number < least:
            raise InputError(f"{name}={number} is too small: at least {least}")
        return number

    def real(self, name: str, default: float, *, least: float, below: float) -> float:
        """A number with least <= number < below."""
        value = self.text(name, str(default))
        try:
            number = float(value)
        except ValueError:
            raise InputError(f"{name}={value!r} is not a number") from None
        if not math.isfinite(number) or not least <= number < below:
            raise InputError(f"{name}={value} must be at least {least} and less than {below}")
        return number


def _join_pairs(arguments: Sequence[str]) -> list[str]:
    """--lr -1e-3 as --lr=-1e-3: argparse would take the number for an option."""
    joined: list[str] = []
    for argument in arguments:
        pending = bool(joined) and joined[-1].startswith("--") and "=" not in joined[-1]
        if pending and not argument.startswith("--"):
            joined[-1] = f"{joined[-1]}={argument}"
        else:
            joined.append(argument)
    return joined
