"""The jobs in memory: they stay as they are until the test ends them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.errors import AccessRefused, JobRefused, QuotaRefused
from pipeline.events import EndStatus
from pipeline.images import Batch
from pipeline.names import JobKind, RunJobKind, job_name
from pipeline.ports import BestTrial, JobOutcome, TrialOutcome
from pipeline.run import Run
from pipeline.settings import Settings


class FakeJobs:
    def __init__(self, settings: Settings) -> None:
        self.started: dict[str, Run | Batch] = {}
        self.stopped: list[str] = []
        self.best: BestTrial | None = None
        self.outcomes_of_trials: Sequence[TrialOutcome] = ()
        self.unreachable = False
        self._settings = settings
        self._meanwhile: list[Callable[[], object]] = []
        self._outcomes: dict[str, JobOutcome] = {}
        self._refusals: dict[JobKind, str] = {}
        self._forbidden: dict[JobKind, str] = {}
        self._faults: dict[JobKind, str] = {}
        self._broken: Exception | None = None

    def meanwhile(self, others: Callable[[], object]) -> None:
        """What others do while the next creation is in the air."""
        self._meanwhile.append(others)

    def names(self) -> list[str]:
        """In the order of their creation."""
        return list(self.started)

    def refuse(self, kind: JobKind, message: str = "limit is 0 Instances") -> None:
        self._refusals[kind] = message

    def refuse_for_good(self, kind: JobKind, message: str) -> None:
        self._faults[kind] = message

    def forbid(self, kind: JobKind, message: str) -> None:
        self._forbidden[kind] = message

    def take_again(self, kind: JobKind) -> None:
        del self._faults[kind]

    def break_down(self, error: Exception) -> None:
        self._broken = error

    def admit(self, kind: JobKind) -> None:
        self._refusals.pop(kind, None)
        self._forbidden.pop(kind, None)

    def end(
        self,
        name: str,
        status: EndStatus,
        reason: str | None = None,
        artifact: str | None = None,
        seconds: float | None = None,
    ) -> None:
        self._outcomes[name] = JobOutcome(status, reason, artifact, seconds=seconds)

    def find_no_room(self, name: str, reason: str) -> None:
        self._outcomes[name] = JobOutcome("Failed", reason, found_no_room=True)

    def fail_by_sagemaker(self, name: str, reason: str) -> None:
        self._outcomes[name] = JobOutcome("Failed", reason, service_failed=True)

    def start(self, kind: RunJobKind, run: Run) -> None:
        self._start(kind, run)

    def start_batch(self, batch: Batch) -> None:
        self._start("batch", batch)

    def outcome(self, kind: JobKind, name: str) -> JobOutcome | None:
        return self._outcomes.get(name)

    def stop(self, kind: JobKind, name: str) -> None:
        if self.unreachable:
            raise ConnectionError(name)
        if self._outcomes.get(name) == JobOutcome(None):
            self.stopped.append(name)
            self._outcomes[name] = JobOutcome("Stopped")

    def best_trial(self, tuning: str) -> BestTrial | None:
        return self.best

    def trials(self, tuning: str) -> Sequence[TrialOutcome]:
        return self.outcomes_of_trials

    def _start(self, kind: JobKind, subject: Run | Batch) -> None:
        while self._meanwhile:
            self._meanwhile.pop()()
        if isinstance(subject, Run):
            name = subject.job_name(kind, self._settings)
        else:
            name = job_name(self._settings, kind, subject.id)
        if name in self.started:
            return
        if self._broken:
            raise self._broken
        if kind in self._faults:
            raise JobRefused(name, self._faults[kind])
        if kind in self._forbidden:
            raise AccessRefused(name, self._forbidden[kind])
        if kind in self._refusals:
            raise QuotaRefused(name, self._refusals[kind])
        self.started[name] = subject
        self._outcomes.setdefault(name, JobOutcome(None))
