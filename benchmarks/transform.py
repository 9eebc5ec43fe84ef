"""A batch of dropped images on a local cloud, watched sparingly: to look takes cores, too."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

from benchmarks.cores import Cores
from benchmarks.paces import Pace
from inference_code.references import Reference
from tests.support.service import Service

SECONDS = 1200
DROPPED_AT_ONCE = 8
Found = TypeVar("Found")


class Dropped:
    """Drops images and sees what becomes of them."""

    def __init__(self, service: Service) -> None:
        self._bucket = service.bucket
        # Made once: to make a client takes a processor longer than to ask it.
        self._s3 = service.client("s3")
        self._sagemaker = service.client("sagemaker")

    def drop(self, folder: str, photos: Sequence[bytes], images: int) -> list[Reference]:
        """The photos over and over, each time under a name of its own."""

        def put(number: int) -> Reference:
            key, body = f"{folder}/{number:06}.jpg", photos[number % len(photos)]
            put = self._s3.put_object(Bucket=self._bucket, Key=key, Body=body)
            return Reference(key=key, version=put["VersionId"], etag=None, size=len(body))

        with ThreadPoolExecutor(DROPPED_AT_ONCE) as threads:
            return list(threads.map(put, range(images)))

    def first_batch(self, photo: bytes) -> None:
        """Begins at once with its only image; the next waits for as many as the settings say."""
        self.drop("images/first", [photo], 1)
        until(lambda: self._written("predictions/first/") or None, every=1)
        until(lambda: self._jobs("Completed") or None, every=1)

    def batch(self, images: int) -> Pace:
        """From the start of the job to the last document."""
        before = len(self._jobs("Completed"))
        job = until(self._working, every=0.1)
        with Cores() as cores:
            until(lambda: len(self._jobs("Completed")) > before or None, every=1)
            last = until(lambda: self._last_document(images), every=2)
        seconds = (last - job["TransformStartTime"]).total_seconds()
        return Pace(name="transform job", images=images, seconds=seconds, cpu=cores.seconds())

    def _jobs(self, status: str) -> list[dict[str, Any]]:
        listed = self._sagemaker.list_transform_jobs(NameContains="-batch-", StatusEquals=status)
        found: list[dict[str, Any]] = listed["TransformJobSummaries"]
        return found

    def _working(self) -> dict[str, Any] | None:
        """The only batch in flight, as soon as its container works."""
        for job in self._jobs("InProgress"):
            name = job["TransformJobName"]
            told: dict[str, Any] = self._sagemaker.describe_transform_job(TransformJobName=name)
            if "TransformStartTime" in told:
                return told
        return None

    def _last_document(self, images: int) -> datetime | None:
        """When the last of all documents was written; None while some are missing."""
        written = self._written("predictions/0")
        return max(written) if len(written) >= images else None

    def _written(self, prefix: str) -> list[datetime]:
        pages = self._s3.get_paginator("list_objects_v2")
        listed = pages.paginate(Bucket=self._bucket, Prefix=prefix)
        return [item["LastModified"] for page in listed for item in page.get("Contents", [])]


def until(look: Callable[[], Found | None], *, every: float) -> Found:
    due = time.monotonic() + SECONDS
    while (found := look()) is None:
        if time.monotonic() > due:
            raise TimeoutError(f"nothing to see after {SECONDS} s")
        time.sleep(every)
    return found
