"""Everything that a step may use, in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.images import Champion
from pipeline.names import checked_folder
from pipeline.ports import Services
from pipeline.run import Run
from pipeline.settings import Settings
from tests.fakes.images import FakeImages
from tests.fakes.jobs import FakeJobs
from tests.fakes.objects import FakeObjects
from tests.fakes.rounds import FakeRounds
from tests.fakes.runs import FakeRuns
from tests.fakes.surroundings import (
    FakeClock,
    FakeDeadLetters,
    FakeJobLogs,
    FakeNotices,
    FakeSource,
    FakeTelemetry,
)
from tests.support.samples import SETTINGS


@dataclass(frozen=True, kw_only=True)
class FakeServices(Services):
    """Services whose state a test can look into."""

    runs: FakeRuns
    images: FakeImages
    rounds: FakeRounds
    objects: FakeObjects
    jobs: FakeJobs
    job_logs: FakeJobLogs
    notices: FakeNotices
    dead_letters: FakeDeadLetters
    source: FakeSource
    telemetry: FakeTelemetry
    clock: FakeClock

    def run(self, run: Run) -> Run:
        """The run as it is in the ledger now."""
        found = self.runs.find(run.id)
        assert found is not None, f"there is no run {run.id}"
        return found


Compose = Callable[[FakeServices], None]


def fake_services(
    *runs: Run, champion: Champion | None = None, settings: Settings = SETTINGS
) -> FakeServices:
    clock = FakeClock()
    objects = FakeObjects(clock)
    for run in runs:
        if run.state == "preparing":  # it was begun with a copy of its zip
            objects.put(f"{checked_folder(run.id)}dataset.zip", b"a zip")
    return FakeServices(
        settings=settings,
        runs=FakeRuns(*runs, champion=champion),
        images=FakeImages(),
        rounds=FakeRounds(),
        objects=objects,
        jobs=FakeJobs(settings),
        job_logs=FakeJobLogs(),
        notices=FakeNotices(),
        dead_letters=FakeDeadLetters(),
        source=FakeSource(),
        telemetry=FakeTelemetry(),
        clock=clock,
    )
