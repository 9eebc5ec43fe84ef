"""What the steps need of the outside world. `pipeline/aws` implements it; tests have fakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pipeline.events import EndStatus
from pipeline.images import Batch, Champion, Flights, KnownImage, Sweep, WaitingImage
from pipeline.names import JobKind, Program, RunId, RunJobKind
from pipeline.rounds import Look
from pipeline.run import Run
from pipeline.settings import Settings


@dataclass(frozen=True)
class JobOutcome:
    """How a job stands; `status` is None while it works."""

    status: EndStatus | None
    reason: str | None = None
    artifact: str | None = None
    found_no_room: bool = False  # failed for a quota or for want of instances alone
    service_failed: bool = False  # failed by SageMaker's own fault
    # From start to end, if it has ended; says nothing of how it stands.
    seconds: float | None = field(default=None, compare=False)


@dataclass(frozen=True)
class BestTrial:
    """The trial with the least objective, and the values that the tuner chose for it."""

    job: str
    objective: float
    hyperparameters: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class TrialOutcome:
    """How a trial of a tuning has ended."""

    job: str
    status: EndStatus
    hyperparameters: Mapping[str, str]
    objective: float | None  # None if it has reported none
    seconds: float
    reason: str | None = None


class Runs(Protocol):
    """The ledger of runs, and which one serves."""

    def find(self, run: RunId) -> Run | None: ...
    def all(self) -> Sequence[Run]:
        """Newest first."""

    def add(self, run: Run) -> Run:
        """The run as it is in the ledger: the given one, or the one that was there already."""

    def save(self, run: Run, *, replacing: Run) -> Run:
        """The saved run.

        Raises:
            LedgerConflict: `replacing` is not what the ledger holds any more.
        """

    def champion(self) -> Champion | None: ...
    def promote(self, run: Run, *, replacing: Run, champion: Champion, at: datetime) -> Run:
        """Saves the run as serving and supersedes the one before, all or nothing.

        Raises:
            LedgerConflict: the run or the champion has changed meanwhile.
        """


class Images(Protocol):
    """Which images have been taken in, and which batches are in flight."""

    def find_many(self, keys: Sequence[str]) -> Mapping[str, KnownImage]: ...
    def remember(
        self, images: Sequence[WaitingImage], *, waiting_list: str, until: datetime
    ) -> None:
        """Of each key one image at most; forgotten some time after `until`."""

    def flights(self) -> Flights: ...
    def save_flights(self, flights: Flights, *, replacing: Flights) -> Flights:
        """The saved flights.

        Raises:
            LedgerConflict: `replacing` is not what the ledger holds any more.
        """

    def sweep(self) -> Sweep: ...
    def save_sweep(self, sweep: Sweep) -> None: ...


class Rounds(Protocol):
    """What `reconcile` has looked at, by the subject's name."""

    def looks(self) -> Mapping[str, Look]: ...
    def save(self, subject: str, look: Look) -> None: ...
    def forget(self, subject: str) -> None: ...


class ObjectVanished(Exception):
    """There is no object under the key."""


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """An object as it lies in the bucket now."""

    key: str
    size: int
    etag: str
    version: str
    modified: datetime


class Objects(Protocol):
    """The bucket."""

    def read(self, key: str) -> bytes:
        """
        Raises:
            ObjectVanished: nothing lies there.
        """

    def read_range(self, key: str, start: int, end: int, *, version: str | None) -> bytes:
        """The bytes from `start` up to, not including, `end`, or fewer where the object ends."""

    def read_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Key to content; what does not exist is left out."""

    def write(self, key: str, body: bytes, *, content_type: str = ...) -> None: ...
    def write_many(self, bodies: Mapping[str, bytes], *, content_type: str = ...) -> None: ...
    def create_many(self, bodies: Mapping[str, bytes], *, content_type: str = ...) -> Sequence[str]:
        """Writes what is not there yet; the keys that were, whose objects stay as they are."""

    def read_with_etag(self, key: str) -> tuple[bytes, str]:
        """
        Raises:
            ObjectVanished: nothing lies there.
        """

    def replace(self, key: str, body: bytes, *, etag: str, content_type: str = ...) -> bool:
        """Whether the object was still the one of this etag, and so has been replaced."""

    def exists(self, key: str) -> bool: ...
    def list(self, prefix: str, *, limit: int | None = None) -> Sequence[str]:
        """In the order of UTF-8's bytes."""

    def newest(self, prefix: str) -> Sequence[StoredObject]:
        """The newest version of each key that is not deleted."""

    def newest_after(
        self, prefix: str, after: str | None, *, limit: int
    ) -> tuple[Sequence[StoredObject], str | None]:
        """Like `newest`, of some keys behind `after`; and where to go on, None at the end."""

    def copy(self, target: str, source: str, *, version: str | None, etag: str | None) -> None:
        """Copies an object of any size: that version of it or, without versions, that content.

        With neither, what lies there now.

        Raises:
            ObjectVanished: it is there no more.
        """

    def are_overwritten(self, versions: Sequence[tuple[str, str | None]]) -> Sequence[bool]:
        """Of each key and version, whether another version lies there now."""

    def delete_many(self, keys: Sequence[str]) -> None: ...
    def tag_many(self, keys: Sequence[str], name: str, value: str) -> None: ...


class Jobs(Protocol):
    """The jobs of runs and batches, each under the name that is derived from its subject."""

    def start(self, kind: RunJobKind, run: Run) -> None:
        """Asks for the job with what the run knows by then; does nothing if it exists already.

        Raises:
            QuotaRefused: throttled or over a quota, now; or, as AccessRefused, not permitted.
            JobRefused: the request will not be taken later either.
        """

    def start_batch(self, batch: Batch) -> None:
        """Asks for the job that predicts what the batch's parts refer to; else like `start`."""

    def outcome(self, kind: JobKind, name: str) -> JobOutcome | None:
        """None if there is no such job."""

    def stop(self, kind: JobKind, name: str) -> None:
        """Does nothing if it has ended or does not exist."""

    def best_trial(self, tuning: str) -> BestTrial | None: ...
    def trials(self, tuning: str) -> Sequence[TrialOutcome]:
        """Of a tuning that has ended, in the order in which they began."""


class JobLogs(Protocol):
    """What jobs have written, among what the jobs of others write."""

    def expire(self, prefix: str, *, before: datetime) -> int:
        """Deletes what the jobs so named wrote last before then; how many logs that were."""


class Notices(Protocol):
    """Who must know is told."""

    def publish(self, subject: str, body: Mapping[str, object]) -> None: ...


class DeadLetters(Protocol):
    """The queue from which a person redrives."""

    def keep(self, body: str, *, reason: str) -> None: ...


class Source(Protocol):
    """The code that the jobs run, as deployed."""

    @property
    def digest(self) -> str: ...
    def bundles(self) -> Mapping[Program, bytes]: ...


class Telemetry(Protocol):
    """Structured logs and metrics."""

    def log(self, message: str, **details: object) -> None: ...
    def count(self, metric: str, number: int = 1) -> None: ...


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything a step may use."""

    settings: Settings
    runs: Runs
    images: Images
    rounds: Rounds
    objects: Objects
    jobs: Jobs
    job_logs: JobLogs
    notices: Notices
    dead_letters: DeadLetters
    source: Source
    telemetry: Telemetry
    clock: Clock
