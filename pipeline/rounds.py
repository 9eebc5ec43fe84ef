"""The rounds of `reconcile`: who is looked after in which order, what cannot be helped. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.quoting import sentence

# `reconcile` lives for 5 minutes at most: a look that was begun before will not come to its end.
LONGEST_LIFE = timedelta(minutes=6)
LONGEST_TROUBLE = 500
KILLED = "reconcile was ended while it looked at this: it took too much memory or time"


@dataclass(frozen=True)
class Trouble:
    """What keeps a subject from being looked after, and since when something does."""

    reason: str
    since: datetime

    def is_like(self, other: Trouble | None) -> bool:
        """Whether people know it already: numbers and ids differ at each try."""
        return other is not None and _form(self.reason) == _form(other.reason)


@dataclass(frozen=True, kw_only=True)
class Look:
    """When a subject was last looked at, whether that came to its end, and what was met."""

    began: datetime
    ended: bool = False
    trouble: Trouble | None = None

    def was_killed(self, now: datetime) -> bool:
        return not self.ended and now - self.began >= LONGEST_LIFE

    def goes_on(self, now: datetime) -> bool:
        """Somebody else may be at it just now."""
        return not self.ended and now - self.began < LONGEST_LIFE


def in_turn(subjects: Sequence[str], looks: Mapping[str, Look]) -> Sequence[str]:
    """The longest not looked at first, and last what gave trouble: the others come before it."""

    def turn(subject: str) -> tuple[bool, float]:
        look = looks.get(subject)
        if look is None:
            return False, 0.0
        return look.trouble is not None or not look.ended, look.began.timestamp()

    return sorted(subjects, key=turn)


def words_of(error: BaseException) -> str:
    """What went wrong, of a length that the ledger and a notice may hold."""
    if isinstance(error, BaseExceptionGroup):
        return sentence("; ".join(words_of(one) for one in error.exceptions), LONGEST_TROUBLE)
    said = str(error)
    return sentence(
        f"{type(error).__name__}: {said}" if said else type(error).__name__, LONGEST_TROUBLE
    )


def _form(reason: str) -> str:
    return re.sub(r"[0-9A-Fa-f-]{8,}|\d+", "#", reason)
