"""Asks the rules while the job runs, tells what they find, and ends the loop if one says so."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from training_code.recorder.rows import Counts, Row, StepRow, TensorRow
from training_code.rules.choice import Chosen
from training_code.rules.history import EpochLoss, History
from training_code.rules.rule import Verdict
from training_code.rules.statuses import Outcome, Status, write_statuses

# Seconds of the recorder's clock between two looks within an epoch.
EVERY_SECONDS: Final = 10.0
# A look costs as much as there are rows: with so many more at least since the one before, all looks
# together cost twenty times the last one, however short the epochs are.
MORE_ROWS: Final = 1.05

Item = TypeVar("Item")


class Watcher:
    """Fed by the recorder, also from the thread that measures the machine."""

    def __init__(
        self,
        chosen: Sequence[Chosen],
        folder: Path,
        report: Callable[[str], None],
        *,
        total: Callable[[int], int] | None = None,  # over all processes, if there are several
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._total, self._shared = total or int, total is not None
        self._chosen, self._folder, self._report, self._now = chosen, folder, report, now
        self._history = History()
        self._settled: dict[str, Status] = {}  # a rule that has found something has said its word
        self._sound: dict[str, Status] = {}
        self._looked_at = 0.0  # seconds of the recorder's clock
        self._looked_through = 0  # rows
        self._lock = threading.RLock()
        self.stopped_by: Status | None = None

    def know(self, counts: Counts) -> None:
        """Once, before the first row."""
        with self._lock:
            self._history.counts = counts

    def take(self, row: Row) -> None:
        """Each row as it comes; now and then the rules are asked."""
        with self._lock:
            self._history.add(row)
            if self._is_due(row):
                self._look()

    def epochs(self, epochs: Iterable[int]) -> Iterator[int]:
        """As they come, until a rule has ended the job; after each of them all rules are asked."""
        for epoch in epochs:
            # Processes that train one network end together: one that went on would wait for ever.
            if self._total(int(self.stopped_by is not None)):
                return
            yield epoch
            with self._lock:
                self._history.ended = epoch
                if self._history.size >= MORE_ROWS * self._looked_through:
                    self._look()

    def measured(self, epoch: int, step: int, train: float, valid: float) -> None:
        """Mean losses of an epoch, up to its last step."""
        with self._lock:
            self._history.measured["train"].append(EpochLoss(epoch, step, train))
            self._history.measured["valid"].append(EpochLoss(epoch, step, valid))
            self._history.size += 2

    def going_on(self, items: Iterable[Item]) -> Iterator[Item]:
        """As they come, until a rule has ended the job."""
        for item in items:
            if self.stopped_by and not self._shared:
                return
            yield item

    def close(self) -> None:
        """The last look; leaves the verdicts."""
        with self._lock:
            self._look()
            self._write()

    def _is_due(self, row: Row) -> bool:
        if isinstance(row, TensorRow):
            return False  # its step's row follows
        lost = isinstance(row, StepRow) and not math.isfinite(row.loss)
        if row.time - self._looked_at < EVERY_SECONDS and not lost:
            return False
        self._looked_at = row.time
        return True

    def _look(self) -> None:
        self._looked_through = self._history.size
        settled = len(self._settled)
        for one in self._chosen:
            if one.name not in self._settled:
                self._ask(one)
        if len(self._settled) > settled:
            self._write()  # readable at once, and if the job dies

    def _ask(self, one: Chosen) -> None:
        try:
            verdict = one.rule.judge(self._history)
        except Exception as error:  # a rule that cannot judge must not cost hours of training
            details = f"{type(error).__name__}: {error}"
            self._settle(self._status(one, "Error", Verdict(False, self._history.step, details)))
            return
        if verdict is None:
            return
        if not verdict.issue:
            self._sound[one.name] = self._status(one, "NoIssuesFound", verdict)
            return
        stops = one.stops and self.stopped_by is None
        status = replace(self._status(one, "IssuesFound", verdict), stopped_job=stops)
        self._settle(status)
        if stops:
            self.stopped_by = status

    def _settle(self, status: Status) -> None:
        self._settled[status.rule] = status
        ending = "; the job ends with its best epoch" if status.stopped_job else ""
        self._report(f"rule {status.rule} step={status.step} : {status.details}{ending}")

    def _status(self, one: Chosen, outcome: Outcome, verdict: Verdict) -> Status:
        return Status(
            rule=one.name,
            outcome=outcome,
            details=verdict.sentence,
            at=self._now(),
            step=verdict.step,
            numbers=verdict.numbers,
        )

    def _write(self) -> None:
        """Of every rule that watches, in the order in which they were chosen."""
        if not self._chosen:
            return
        silent = Verdict(False, 0, "there was nothing that it looks at, or not enough")
        known = {**self._sound, **self._settled}
        write_statuses(
            (
                known.get(one.name) or self._status(one, "NotEvaluated", silent)
                for one in self._chosen
            ),
            self._folder,
        )


def unwatched() -> Watcher:
    """By no rule at all."""
    return Watcher([], Path(), print)
