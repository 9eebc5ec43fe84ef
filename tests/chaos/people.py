"""What people do: upload data sets, stop runs, overwrite, delete, and upload once more."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from pipeline.errors import RunEnded, UnknownRun
from pipeline.names import RunId
from pipeline.steps.stopping import stop_run
from tests.chaos.actors import Actor
from tests.support.samples import CLASSES

if TYPE_CHECKING:
    from tests.chaos.world import World

MOST_UPLOADS = 3
HURRY = timedelta(minutes=2)  # a person's patience with one command

Start = Callable[[Actor, Callable[[], None]], None]


class People:
    def __init__(self, world: World, chance: random.Random, start: Start) -> None:
        self.stopped: set[str] = set()  # runs whose stop was confirmed
        self.asked: set[str] = set()  # runs that somebody has asked to stop
        self._world = world
        self._chance = chance
        self._start = start

    def plan(self) -> None:
        for number in range(self._chance.randint(1, MOST_UPLOADS)):
            self._later(120 * number * self._chance.random(), self._uploader(number))

    def change_minds(self) -> None:
        """All at once, now."""
        for run in self._world.services.runs.all():
            if run.is_working and self._chance.random() < 0.7:
                self._later(0, partial(self._stop_run, run.id))

    def notice(self, job: str) -> None:
        """A job has just ended: the moment at which a stop is told least easily."""
        if self._world.is_wild() and self._chance.random() < self._world.profile.restless / 6:
            for run in self._world.services.runs.all():
                if run.is_working and job in run.jobs.values():
                    self._later(self._chance.random() / 20, partial(self._stop_run, run.id))

    def _uploader(self, number: int) -> Callable[[], None]:
        key = f"datasets/dogs{self._chance.choice((0, number))}.zip"

        def upload() -> None:
            self._world.trace(f"somebody uploads {key}")
            self._world.account.s3.put(key, _zip(number))
            if self._chance.random() < self._world.profile.restless:
                change = self._chance.choice((self._stop, self._stop, self._repeat, self._delete))
                self._later(70 * self._chance.random(), lambda: change(key))

        return upload

    def _repeat(self, key: str) -> None:
        self._world.trace(f"somebody uploads {key} again")
        self._world.account.s3.put(key, self._chance.choice((_zip(0), _zip(9))))

    def _delete(self, key: str) -> None:
        self._world.trace(f"somebody deletes {key}")
        self._world.account.s3.delete(key)

    def _stop(self, key: str) -> None:
        """Tries until it is said that the run has stopped, or is past stopping."""
        working = [
            run
            for run in self._world.services.runs.all()
            if run.upload.key == key and run.is_working
        ]
        if working:
            self._stop_run(working[0].id)

    def _stop_run(self, run: RunId) -> None:
        def work() -> None:
            self.asked.add(run)
            try:
                stop_run(run, self._world.services)
            except (RunEnded, UnknownRun):
                return
            self.stopped.add(run)

        self._world.trace(f"somebody stops {run}")
        actor = Actor(f"stop {run}", work, deadline=self._world.agenda.now() + HURRY)

        def ended() -> None:
            if actor.error is not None:
                self._later(1, lambda: self._stop_run(run))

        self._start(actor, ended)

    def _later(self, minutes: float, act: Callable[[], None]) -> None:
        self._world.agenda.after(timedelta(minutes=minutes), act)


@cache
def _zip(number: int) -> bytes:
    """A sound data set of two classes, as far as its directory shows; each number another."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in CLASSES:
            for image in range(20):
                body = f"{name} {image} of {number} ".encode() * 9
                archive.writestr(f"dogs/{name}/{image}.jpg", body)
    return buffer.getvalue()
