"""A run over what lies in S3: listed, agreed to, predicted, settled; resumed at any point."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cli.lake_answers import LakeAnswers
from cli.lake_jobs import LakeJob, LakeJobs
from cli.lake_listing import Listing, listing_of
from cli.mistakes import Mistake
from cli.run_status import many
from pipeline.lakes import PRICES, Estimate, Lake, Place
from pipeline.ports import Objects
from pipeline.settings import Settings
from pipeline.steps.next_batch import INSTANCE_IMAGES

POLL_SECONDS = 3.0
REQUEST = "request.json"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a moment's look at the job found."""

    job: LakeJob
    settled: int
    parts: int


class LakeRun:
    """All state lies in the bucket, and in SageMaker's own list of jobs."""

    def __init__(
        self,
        lake: Lake,
        settings: Settings,
        jobs: LakeJobs,
        buckets: Callable[[str], Objects],
    ) -> None:
        self._lake = lake
        self._settings = settings
        self._jobs = jobs
        self._buckets = buckets
        self._own = buckets(settings.bucket)

    @property
    def results(self) -> Place:
        return self._lake.results(self._settings.bucket)

    @property
    def is_agreed(self) -> bool:
        return self._own.exists(self._lake.key(REQUEST))

    def check_results(self) -> None:
        """Rows of another run must not be lost below these."""
        if self._lake.source.covers(self.results):
            raise Mistake(f"{self.results} lies within {self._lake.source}: name another --to.")
        found = self._buckets(self.results.bucket).list(f"{self.results.prefix}part-", limit=1)
        if found and not self.is_agreed:
            raise Mistake(
                f"{self.results} holds results of another run ({found[0]}): name another --to."
            )

    def list_images(self, tell: Callable[[Listing], None]) -> Listing:
        listing = listing_of(
            self._lake,
            self._buckets(self._lake.source.bucket),
            self._own,
            max_bytes=self._settings.max_image_bytes,
            tell=tell,
        )
        if not listing.images:
            raise Mistake(f"{self._lake.source} holds nothing to predict: name another prefix.")
        return listing

    def instances(self, images: int) -> int:
        return min(self._settings.max_instances, -(-images // INSTANCE_IMAGES))

    @property
    def hour_price(self) -> float | None:
        return PRICES.get(self._settings.transform_instance)

    def agree(self, estimate: Estimate, at: str) -> None:
        champion = self._lake.champion
        asked = {
            "source": str(self._lake.source),
            "to": str(self.results),
            "model": {"run": champion.run, "version": champion.version, "digest": champion.digest},
            "images": estimate.images,
            "instance_hours": round(estimate.instance_hours, 3),
            "dollars": estimate.dollars,
            "agreed_at": at,
        }
        self._own.write(self._lake.key(REQUEST), json.dumps(asked).encode())

    def answers(self, listing: Listing) -> LakeAnswers:
        results = self._buckets(self.results.bucket)
        answers = LakeAnswers(self._lake, listing.parts, self._own, results, self.results.prefix)
        answers.settle_new()
        return answers

    def begin_or_join(self, answers: LakeAnswers) -> LakeJob:
        """The job that works, or a further one for the images without an answer."""
        newest = self._jobs.newest()
        if newest is not None and newest.is_working:
            return newest
        attempt = newest.attempt + 1 if newest else 0
        images = answers.write_input(attempt, max_bytes=self._settings.max_image_bytes)
        self._jobs.start(attempt, self.instances(images))
        return self._looked(attempt)

    def looks(self, job: LakeJob, answers: LakeAnswers, parts: int) -> Iterator[Look]:
        """Until the job has ended. It is asked first: what it wrote before its end is seen."""
        while True:
            job = self._looked(job.attempt)
            answers.settle_new()
            yield Look(job=job, settled=answers.settled, parts=parts)
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

    def _looked(self, attempt: int) -> LakeJob:
        found = self._jobs.look(attempt)
        if found is None:
            raise Mistake("SageMaker does not know the job that it has taken: try again.")
        return found


def unanswered(look: Look) -> Mistake:
    left = many(look.parts - look.settled, "part")
    reason = f": {look.job.reason}" if look.job.reason else ""
    return Mistake(
        f"{look.job.name} is {look.job.status}, and {left} of {look.parts} lack answers{reason}. "
        "The same command asks for what is missing, and for nothing else."
    )
