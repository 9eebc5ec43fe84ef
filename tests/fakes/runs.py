"""The ledger of runs in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.errors import LedgerConflict
from pipeline.images import Champion
from pipeline.names import RunId
from pipeline.run import Run


class FakeRuns:
    def __init__(self, *runs: Run, champion: Champion | None = None) -> None:
        self._runs = {run.id: run for run in runs}
        self._champion = champion
        self._meanwhile: list[Callable[[], object]] = []

    def meanwhile(self, others: Callable[[], object]) -> None:
        """What others do before the next change arrives."""
        self._meanwhile.append(others)

    def serve(self, champion: Champion) -> None:
        self._champion = champion

    def find(self, run: RunId) -> Run | None:
        return self._runs.get(run)

    def all(self) -> Sequence[Run]:
        return sorted(self._runs.values(), key=lambda run: run.timeline[0].time, reverse=True)

    def add(self, run: Run) -> Run:
        return self._runs.setdefault(run.id, run)

    def save(self, run: Run, *, replacing: Run) -> Run:
        self._let_others()
        held = self._runs.get(run.id)
        if held is None or held.revision != replacing.revision:
            raise LedgerConflict(f"run {run.id} has changed meanwhile")
        saved = replace(run, revision=replacing.revision + 1)
        self._runs[run.id] = saved
        return saved

    def champion(self) -> Champion | None:
        return self._champion

    def promote(self, run: Run, *, replacing: Run, champion: Champion, at: datetime) -> Run:
        self._let_others()
        before = self._champion
        if champion.version != (before.version if before else 0) + 1:
            raise LedgerConflict("another model serves meanwhile")
        promoted = self.save(run, replacing=replacing)
        former = self._runs.get(before.run) if before else None
        if former and former.id != run.id:
            self.save(former.superseded(at=at), replacing=former)
        self._champion = champion
        return promoted

    def _let_others(self) -> None:
        while self._meanwhile:
            self._meanwhile.pop()()
