"""A run over what lies in S3, once it has been agreed to: predicted, settled, ended; resumable."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cli.lake_answers import LakeAnswers
from cli.lake_jobs import LakeJob, LakeJobs
from cli.lake_records import LakeEnd, LakeRecord, LakeRecords
from cli.mistakes import Mistake
from cli.run_status import many
from pipeline.lakes import Lake, Place, bill
from pipeline.ports import Objects
from pipeline.settings import Settings
from pipeline.steps.next_batch import INSTANCE_IMAGES

POLL_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a moment's look at the job found."""

    job: LakeJob
    settled: int
    parts: int


class LakeRun:
    """All state lies in the bucket, and in SageMaker's own list of jobs.

    `room` tells how many instances the batches in flight leave.
    """

    def __init__(
        self,
        record: LakeRecord,
        *,
        settings: Settings,
        jobs: LakeJobs,
        buckets: Callable[[str], Objects],
        room: Callable[[], int],
    ) -> None:
        self.record = record
        self._settings = settings
        self._jobs = jobs
        self._buckets = buckets
        self._room = room
        self._own = buckets(settings.bucket)

    @property
    def results(self) -> Place:
        return self.record.lake.results(self._settings.bucket)

    def answers(self) -> LakeAnswers:
        """
        Raises:
            LakeExpired: it cannot be gone on with.
        """
        results = self._buckets(self.results.bucket)
        answers = LakeAnswers(self.record, self._own, results, self.results.prefix)
        answers.settle_new()
        return answers

    def newest(self) -> LakeJob | None:
        return self._jobs.newest()

    def begin_or_join(self, answers: LakeAnswers) -> LakeJob:
        """The job that works, or a further one for the images without an answer."""
        newest = self._jobs.newest()
        if newest is not None and newest.is_working:
            return newest
        room = self._room()
        if room < 1:
            raise Mistake(
                "The batches in flight have all instances that max_instances allows: give the "
                "same command again when one has ended, or deploy with a higher max_instances."
            )
        attempt = newest.attempt + 1 if newest else 0
        images = answers.write_input(attempt, max_bytes=self._settings.max_image_bytes)
        self._jobs.start(attempt, min(room, instances_for(images)))
        return self._looked(attempt)

    def looks(self, job: LakeJob, answers: LakeAnswers) -> Iterator[Look]:
        """Until the job has ended. It is asked first: what it wrote before its end is seen."""
        while True:
            job = self._looked(job.attempt)
            answers.settle_new()
            yield Look(job=job, settled=answers.settled, parts=self.record.parts)
            if not job.is_working:
                return
            time.sleep(POLL_SECONDS)

    def stop(self) -> LakeJob | None:
        """The job that was told to stop; None if none works."""
        newest = self._jobs.newest()
        if newest is None or not newest.is_working:
            return None
        if newest.status == "InProgress":
            self._jobs.stop(newest)
        return newest

    def end(self, answers: LakeAnswers | None) -> LakeRecord:
        """With what it has come to, or without answers as one whose state has expired."""
        now = datetime.now(UTC)
        hours = sum(job.instance_hours(now) for job in self._jobs.all())
        end = LakeEnd(
            at=now,
            outcomes=dict(answers.summary()) if answers else {},
            instance_hours=round(hours, 4),
            dollars=bill(hours, self.record.images, self.record.hour_price),
        )
        self.record = LakeRecords(self._own).end(self.record, end)
        return self.record

    def _looked(self, attempt: int) -> LakeJob:
        found = self._jobs.look(attempt)
        if found is None:
            raise Mistake("SageMaker does not know the job that it has taken: try again.")
        return found


def instances_for(images: int) -> int:
    return max(1, -(-images // INSTANCE_IMAGES))


def unanswered(look: Look, lake: Lake) -> Mistake:
    left = many(look.parts - look.settled, "part")
    reason = f": {look.job.reason}" if look.job.reason else ""
    return Mistake(
        f"{look.job.name} is {look.job.status}, and {left} of {look.parts} lack answers{reason}. "
        f"`{lake.command}` asks for what is missing, and for nothing else."
    )
