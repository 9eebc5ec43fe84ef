"""What people do: upload data sets, stop runs, overwrite, delete, and upload once more."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from localcloud.sagemaker.region import kinds
from pipeline.errors import RunEnded, UnknownRun
from pipeline.names import RunId
from pipeline.steps.stopping import stop_run
from tests.chaos.actors import Actor
from tests.chaos.albums import Album
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
        if self._world.profile.images:
            self._later(0, partial(self._upload, "datasets/first.zip", 0))
            if self._chance.random() < 0.3:
                self._later(150, partial(self._upload, "datasets/second.zip", 1))
            elif self._chance.random() < self._world.profile.restless / 2:
                self._later(120 + 60 * self._chance.random(), self._delete_model)
                self._later(200, partial(self._upload, "datasets/second.zip", 1))
            Album(self._world, self._chance).plan()
            return
        for number in range(self._chance.randint(1, MOST_UPLOADS)):
            key = f"datasets/dogs{self._chance.choice((0, number))}.zip"
            minutes = 120 * number * self._chance.random()
            self._later(minutes, partial(self._upload, key, number))

    @property
    def _restless(self) -> float:
        """Where images are dropped, a model has to serve."""
        return 0.0 if self._world.profile.images else self._world.profile.restless

    def change_minds(self) -> None:
        """All at once, now."""
        for run in self._world.services.runs.all():
            if run.is_working and self._chance.random() < self._restless:
                self._later(0, partial(self._stop_run, run.id))

    def notice(self, job: str) -> None:
        """A job has just ended: the moment at which a stop is told least easily."""
        if self._world.is_wild() and self._chance.random() < self._restless / 6:
            for run in self._world.services.runs.all():
                if run.is_working and job in run.jobs.values():
                    self._later(self._chance.random() / 20, partial(self._stop_run, run.id))

    def _upload(self, key: str, number: int) -> None:
        self._world.trace(f"somebody uploads {key}")
        self._world.account.s3.put(key, _zip(number))
        if self._chance.random() < self._restless:
            change = self._chance.choice((self._stop, self._stop, self._repeat, self._delete))
            self._later(70 * self._chance.random(), partial(change, key))

    def _repeat(self, key: str) -> None:
        self._world.trace(f"somebody uploads {key} again")
        self._world.account.s3.put(key, self._chance.choice((_zip(0), _zip(9))))

    def _delete_model(self) -> None:
        """What serves is gone from SageMaker, until another model serves."""
        champion = self._world.services.runs.champion()
        if champion:
            self._world.trace(f"somebody deletes {champion.model_name}")
            model = self._world.account.sagemaker.records.find(kinds.MODEL, champion.model_name)
            if model:
                self._world.account.sagemaker.records.remove(model)

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
