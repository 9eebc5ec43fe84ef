"""SageMaker's control plane in memory: jobs stay as they are until the test ends them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.errors import QuotaRefused
from pipeline.events import EndStatus
from pipeline.names import JobKind
from pipeline.ports import BestTrial, CreateOperation, JobOutcome, Request


class FakeJobs:
    def __init__(self) -> None:
        self.requests: dict[str, Mapping[str, Any]] = {}
        self.stopped: list[str] = []
        self.best: BestTrial | None = None
        self._outcomes: dict[str, JobOutcome] = {}
        self._refusals: dict[str, str] = {}

    def names(self) -> list[str]:
        """In the order of their creation."""
        return list(self.requests)

    def refuse(self, operation: CreateOperation, message: str = "limit is 0 Instances") -> None:
        self._refusals[operation] = message

    def admit(self, operation: CreateOperation) -> None:
        del self._refusals[operation]

    def end(
        self, name: str, status: EndStatus, reason: str | None = None, artifact: str | None = None
    ) -> None:
        self._outcomes[name] = JobOutcome(status, reason, artifact)

    def create(self, operation: CreateOperation, request: Request) -> None:
        name = next(value for key, value in request.items() if key.endswith("Name"))
        if name in self.requests:
            return
        if operation in self._refusals:
            raise QuotaRefused(name, self._refusals[operation])
        self.requests[name] = request
        self._outcomes.setdefault(name, JobOutcome(None))

    def outcome(self, kind: JobKind, name: str) -> JobOutcome | None:
        return self._outcomes.get(name)

    def stop(self, kind: JobKind, name: str) -> None:
        if self._outcomes.get(name) == JobOutcome(None):
            self.stopped.append(name)

    def best_trial(self, tuning: str) -> BestTrial | None:
        return self.best
