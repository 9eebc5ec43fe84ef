"""What happened, in the past tense: the only form in which events travel inside Kennel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from pipeline.names import CORRECTIONS, DATASETS, SIDECAR, ZIP, BatchId, JobKind, RunId, derived_id

EndStatus = Literal["Completed", "Failed", "Stopped"]


@dataclass(frozen=True, kw_only=True)
class ObjectCreated:
    """An object has arrived in the bucket, or has been overwritten there."""

    bucket: str
    key: str
    size: int
    etag: str
    version: str | None = None
    sequencer: str | None = None

    @property
    def edition(self) -> str:
        """Tells two uploads under one key apart, and is the same however often one is told."""
        return self.version or f"{self.etag} {self.sequencer or ''}"

    @property
    def is_folder(self) -> bool:
        """The S3 console makes a folder by a zero-byte object whose key ends with a slash."""
        return self.key.endswith("/") and self.size == 0


@dataclass(frozen=True, kw_only=True)
class DatasetUploaded(ObjectCreated):
    """Something has arrived under datasets/: a data set, its settings, or what is taken for one."""

    time: datetime | None = None  # of the upload: events come late, and in any order

    @property
    def begins_run(self) -> bool:
        """All but what waits beside a zip for it, and the S3 console's folders."""
        return not self.key.endswith((SIDECAR, CORRECTIONS)) and not self.is_folder

    @property
    def run(self) -> RunId:
        """The same upload is the same run, and so are all that lie loose in the same folder."""
        folder, slash, _ = self.key.removeprefix(DATASETS).partition("/")
        if slash and not self.key.endswith(ZIP):
            return RunId(derived_id(self.bucket, f"{DATASETS}{folder}/"))
        return RunId(derived_id(self.bucket, self.key, self.edition))


@dataclass(frozen=True)
class JobEnded:
    """A job of a run has ended."""

    kind: ClassVar[JobKind]
    run: RunId
    status: EndStatus
    reason: str | None = None
    attempt: int = 0


@dataclass(frozen=True)
class PreparationEnded(JobEnded):
    """The preparation of a run has ended."""

    kind = "preparation"


@dataclass(frozen=True)
class TuningEnded(JobEnded):
    """The tuning of a run has ended."""

    kind = "tuning"


@dataclass(frozen=True)
class TrainingEnded(JobEnded):
    """The training of a run has ended."""

    kind = "training"


@dataclass(frozen=True)
class EvaluationEnded(JobEnded):
    """The job over a run's test split has ended."""

    kind = "evaluation"


@dataclass(frozen=True)
class BatchEnded:
    """The job over a batch of dropped images has ended."""

    batch: BatchId
    status: EndStatus
    reason: str | None = None
    service_failed: bool = False  # by SageMaker's own fault: for want of room, or in itself


@dataclass(frozen=True)
class PartPredicted:
    """A job has written its answers for one part of a batch."""

    batch: BatchId
    part: str
    key: str  # of the answers


TransformEnded = EvaluationEnded | BatchEnded


class ImageDropped(ObjectCreated):
    """An object has arrived under images/, or has been overwritten there."""


@dataclass(frozen=True)
class Delivery:
    """One message of a queue: its id and what it brought."""

    message: str
    images: tuple[ImageDropped, ...]


@dataclass(frozen=True)
class DeliveryFailed:
    """An event that a function could not take, with what is known of it."""

    message: str
    body: str
    reason: str
    upload: DatasetUploaded | None = None
    ended: JobEnded | None = None
    images: tuple[ImageDropped, ...] = ()
    made_up_for: bool = False  # a tick, or about a batch: reconcile does it all by itself
