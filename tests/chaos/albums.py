"""Images that people drop: sound ones, odd ones, and what they do with them afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.names import IMAGES
from tests.chaos.answers import NO_IMAGE, POISON

if TYPE_CHECKING:
    from tests.chaos.world import World

MOST_WAVES, MOST_IMAGES, KEYS = 4, 12, 24
SPAN_MINUTES = 260


class Album:
    """Few keys, so that some are met again."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        self._dropped = 0

    def plan(self) -> None:
        for _ in range(self._chance.randint(2, MOST_WAVES)):
            minutes = SPAN_MINUTES * self._chance.random()
            self._later(minutes, self._drop_some)

    def _drop_some(self) -> None:
        for _ in range(self._chance.randint(1, MOST_IMAGES)):
            self._drop(f"{IMAGES}{self._chance.randrange(KEYS)}.jpg")

    def _drop(self, key: str) -> None:
        self._dropped += 1
        body = self._content()
        self._world.trace(f"somebody drops {key}: {body[:20]!r}")
        self._world.account.s3.put(key, body)
        if self._chance.random() < self._world.profile.restless / 3:
            change = self._chance.choice((self._drop, self._delete))
            # Often while the first one is on its way, sometimes when all is over.
            self._later(self._chance.choice((0.05, 15, 60)) * self._chance.random(), change, key)

    def _delete(self, key: str) -> None:
        self._world.trace(f"somebody deletes {key}")
        self._world.account.s3.delete(key)

    def _content(self) -> bytes:
        odd = self._chance.random()
        if odd < self._world.profile.poison:
            return POISON
        if odd > 0.9:
            return b"" if odd > 0.96 else NO_IMAGE
        return f"a dog, number {self._dropped}".encode()

    def _later(self, minutes: float, act: Callable[..., None], *given: str) -> None:
        self._world.agenda.after(timedelta(minutes=minutes), lambda: act(*given))
