"""Whose turn it is: actors that were halted, and what is due."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from tests.chaos.actors import Actor
from tests.chaos.agenda import Agenda

SOON = timedelta(seconds=25)  # a halted function lives long enough to see what is due by then
OTHERS_FIRST = 0.4


class Turns:
    def __init__(self, agenda: Agenda, chance: random.Random) -> None:
        self._agenda = agenda
        self._chance = chance
        self._actors: dict[Actor, Callable[[], None]] = {}

    @property
    def halted(self) -> int:
        return len(self._actors)

    def start(self, actor: Actor, ended: Callable[[], None]) -> None:
        """Lets it run until it halts; `ended` is called once it has ended."""
        self._actors[actor] = ended
        self._resume(actor)

    def give(self) -> None:
        """Somebody who was halted goes on, or what is due next begins beside them."""
        due = self._agenda.next_due()
        soon = due is not None and due - self._agenda.now() < SOON
        if self._actors and not (soon and self._chance.random() < OTHERS_FIRST):
            self._resume(self._chance.choice(list(self._actors)))
        else:
            self._agenda.do_next()

    def _resume(self, actor: Actor) -> None:
        actor.resume()
        if actor.ended:
            self._actors.pop(actor)()
