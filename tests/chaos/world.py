"""One schedule's world: an account, the deployed functions, people, and what goes wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from localcloud.sagemaker.region.kinds import Kind
from localcloud.sagemaker.region.records import Record
from pipeline.names import IMAGES, WAITING
from pipeline.run import WORKING
from pipeline.run_settings import RunSettings
from pipeline.settings import Settings
from tests.chaos import events
from tests.chaos.account import Account, services_on
from tests.chaos.agenda import TICK, Agenda
from tests.chaos.aws.object_store import Version
from tests.chaos.aws.queues import Queue
from tests.chaos.aws.wire import Params, wire
from tests.chaos.deployed import functions, matches
from tests.chaos.faults import WILD, FaultyCalls
from tests.chaos.jobs import SimulatedJobs
from tests.chaos.lambdas import Functions
from tests.chaos.outputs import Outputs
from tests.chaos.people import People
from tests.chaos.profiles import Profile
from tests.chaos.turns import Turns
from tests.fakes.surroundings import FakeTelemetry
from tests.support.samples import SETTINGS

QUIET_TICKS = 3  # after which nothing has moved any more,
QUIET_TICKS_OF_IMAGES = 9  # the search for untold ones included
# A fault in an image that nothing else tells from the model's own is believed after days.
LONGEST = timedelta(days=20)
RESTED = timedelta(hours=12)  # after calm has come, the sweep may take its time: nobody watches
PROMPT = timedelta(seconds=3)  # the time that an event takes,
LATE = timedelta(minutes=90)  # and one that is late


class World:
    def __init__(self, seed: int, profile: Profile, *, trace: bool = False) -> None:
        chance = random.Random(seed)
        self.profile = profile
        self.lines: list[str] = []
        self.crowded: list[str] = []  # batches that worked at the same time
        self._chance = chance
        self._tracing = trace
        self._quiet_ticks = 0
        self.agenda = Agenda()
        self._calm_from = self.agenda.now() + WILD
        self._turns = Turns(self.agenda, chance)
        self.settings = _settings(chance, profile)
        self.account = Account(self.settings, self.agenda, self)
        self.jobs = SimulatedJobs(
            self.agenda,
            profile,
            chance,
            self.account.sagemaker,
            Outputs(self.account.s3, self.agenda.now, withheld=self._is_withheld),
            is_wild=self.is_wild,
            changed=self._job_changed,
        )
        self._calls = FaultyCalls(self, profile, chance)
        wire().connect(self._calls.call)
        self.services = services_on(wire().clients, self.settings, self.agenda, FakeTelemetry())
        self.functions = Functions(self, self._turns.start)
        self.people = People(self, chance, self._turns.start)

    def run(self) -> None:
        """Until nothing moves any more, or far too much time has passed."""
        began = self.agenda.now()
        self.people.plan()
        self._tick()
        ticks = QUIET_TICKS_OF_IMAGES if self.profile.images else QUIET_TICKS
        while self.agenda.now() - began < LONGEST and self._quiet_ticks < ticks:
            self._turns.give()

    @property
    def calls(self) -> int:
        return self._calls.number

    def is_wild(self) -> bool:
        return self.agenda.now() < self._calm_from

    def _is_withheld(self) -> bool:
        """Whether S3 does not hand an image out to a job."""
        return self.is_wild() and self._chance.random() < self.profile.withheld

    def trace(self, line: str) -> None:
        if self._tracing:
            self.lines.append(f"{self.agenda.now():%d %H:%M:%S} {line}")

    def _tick(self) -> None:
        self._quiet_ticks = self._quiet_ticks + 1 if self._is_quiet() else 0
        self.functions.invoke_later("reconcile", events.tick(self.agenda.now()))
        rested = self.agenda.now() > self._calm_from + RESTED
        self.agenda.after(6 * TICK if rested else TICK, self._tick)

    def _is_quiet(self) -> bool:
        """Nothing is on its way, nobody works, and no run waits for anything."""
        if self._turns.halted or (self.is_wild() and self.agenda.next_due()):
            return False
        if any(job.status in {"InProgress", "Stopping"} for job in self.account.sagemaker.jobs()):
            return False
        queued = self.account.messages.queues["ImagesQueue"].messages
        if queued or any(self.account.s3.below(WAITING)):
            return False
        runs = self.account.dynamo.items.get("run", {}).values()
        return not any(run["state"]["S"] in WORKING for run in runs)

    # What happens in the account.

    def object_put(self, reason: str, version: Version) -> None:
        if version.key.startswith(IMAGES):
            queue = self.account.messages.queues["ImagesQueue"]
            body = events.image_message(reason, version)
            self._tell(partial(self.account.messages.put, queue, body))
        else:
            self._emit(events.object_created(reason, version))

    def message_sent(self, queue: Queue) -> None:
        self.functions.hear(queue)

    def admit_job(self, kind: Kind, request: Params) -> None:
        self.jobs.admit(kind)

    def job_began(self, record: Record) -> None:
        self.trace(f"{record.name} begins")
        working = [job.name for job in self.account.sagemaker.jobs() if _predicts(job)]
        if len(working) > self.settings.batches_in_flight:
            self.crowded.append(", ".join(working))
        self.jobs.began(record)

    def job_stopping(self, record: Record) -> None:
        self.jobs.stopping(record)

    def _job_changed(self, record: Record) -> None:
        self.trace(f"{record.name} is {record.status}")
        self._emit(events.job_changed(record, self.agenda.now()))
        self.people.notice(record.name)

    def _emit(self, event: events.Event) -> None:
        for function in functions().values():
            if any(matches(pattern, event) for pattern in function.patterns):
                self._tell(partial(self.functions.invoke_later, function.name, event))

    def _tell(self, tell: Callable[[], None]) -> None:
        """As often and as late as the profile wants."""
        wild = self.is_wild()
        if wild and self._chance.random() < self.profile.lost:
            return
        copies = 2 if wild and self._chance.random() < self.profile.twice else 1
        for _ in range(copies):
            late = wild and self._chance.random() < self.profile.late
            self.agenda.after(self._chance.random() * (LATE if late else PROMPT), tell)


def _settings(chance: random.Random, profile: Profile) -> Settings:
    """A deployment like others; few images are many parts."""
    return replace(
        SETTINGS,
        part_images=chance.choice((2, 3, 2000)),
        batches_in_flight=chance.choice((1, 1, 2)),
        documents=chance.choice(("each", "each", "none")),
        run=RunSettings(search="in_job" if profile.in_job else "tuning_job"),
    )


def _predicts(job: Record) -> bool:
    return job.status == "InProgress" and "-batch-" in job.name
