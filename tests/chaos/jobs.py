"""The jobs' fates, and what they leave in the bucket when their time has come."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from localcloud.sagemaker.region import kinds
from localcloud.sagemaker.region.kinds import Kind
from localcloud.sagemaker.region.records import Record
from tests.chaos.agenda import MORNING, TICK, Agenda
from tests.chaos.aws.sagemaker import MemorySageMaker
from tests.chaos.aws.wire import Refused
from tests.chaos.outputs import JobFault, Outputs
from tests.chaos.profiles import Profile

MINUTES = {kinds.PROCESSING: 12, kinds.TUNING: 25, kinds.TRAINING: 18, kinds.TRANSFORM: 8}
STOPPING = timedelta(seconds=90)
NO_ROOM = (
    "CapacityError: Unable to provision requested ML compute capacity. Please retry.",
    "InternalServerError: We encountered an internal error. Please try again.",
)
OWN_FAULT = "AlgorithmError: the work of this job could not be done, exit code: 1"
REFUSAL = (
    "ResourceLimitExceeded",
    "The account-level service limit 'ml.m5.xlarge' is 2 Instances, with current utilization of 2.",
)


@dataclass
class Fates:
    """What was decided about jobs, for the oracle: by the job's name."""

    no_room: set[str] = field(default_factory=set)
    own_fault: dict[str, str] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)


class SimulatedJobs:
    """Ends each job when its time has come; `changed` tells of every change of state."""

    def __init__(
        self,
        agenda: Agenda,
        profile: Profile,
        chance: random.Random,
        sagemaker: MemorySageMaker,
        outputs: Outputs,
        *,
        is_wild: Callable[[], bool],
        changed: Callable[[Record], None],
    ) -> None:
        self.fates = Fates()
        self._agenda = agenda
        self._profile = profile
        self._chance = chance
        self._is_wild = is_wild
        self._changed = changed
        self._sagemaker = sagemaker
        self._outputs = outputs

    def admit(self, kind: Kind) -> None:
        if kind is not kinds.MODEL and self._strikes(self._profile.refused):
            raise Refused(*REFUSAL)

    def began(self, record: Record) -> None:
        minutes = MINUTES[record.kind] * (0.5 + self._chance.random())
        delay = self._meeting(timedelta(minutes=minutes))
        self._agenda.after(delay, lambda: self._end(record))
        if record.kind is kinds.TRANSFORM:
            self._agenda.after(delay * self._chance.random(), lambda: self._write_early(record))

    def stopping(self, record: Record) -> None:
        def stop() -> None:
            if record.status == "Stopping":
                self._conclude(record, "Stopped")

        self._agenda.after(STOPPING, stop)

    def _meeting(self, delay: timedelta) -> timedelta:
        """Often just when the sweep comes, where others may go on between two calls."""
        if not self._strikes(2 * self._profile.interleaved):
            return delay
        past = (self._agenda.now() + delay - MORNING) % TICK
        return delay + TICK - past - timedelta(seconds=4 * self._chance.random())

    def _write_early(self, record: Record) -> None:
        if record.status == "InProgress":
            self._outputs.write_early(record)

    def _end(self, record: Record) -> None:
        if record.status != "InProgress":
            return
        if self._strikes(self._profile.no_room):
            self.fates.no_room.add(record.name)
            self._conclude(record, "Failed", FailureReason=self._chance.choice(NO_ROOM))
        elif self._strikes(self._profile.failing):
            self._fail(record, OWN_FAULT)
        else:
            self._complete(record)

    def _complete(self, record: Record) -> None:
        try:
            found = self._outputs.write(record)
        except JobFault as fault:
            self._fail(record, f"AlgorithmError: {fault}")
        else:
            self._conclude(record, "Completed", **found)

    def _fail(self, record: Record, reason: str) -> None:
        self.fates.own_fault[record.name] = reason
        self._conclude(record, "Failed", FailureReason=reason)

    def _conclude(self, record: Record, status: str, **found: object) -> None:
        self._sagemaker.end(record, status, **found)
        self.fates.ended[record.name] = status
        self._changed(record)

    def _strikes(self, share: float) -> bool:
        return share > 0 and self._is_wild() and self._chance.random() < share
