"""The search in the preparation's own job: trials side by side, one on each processor."""

from __future__ import annotations

import math
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from training_code.job.environment import processor_count
from training_code.job.errors import InputError
from training_code.search.kept_head import FIGURES, WEIGHTS, kept_loss
from training_code.search.plan import SearchPlan
from training_code.search.records import Status, TrialRecord, best_of, write_records
from training_code.search.study import Proposal, Study
from training_code.search.worker import Assignment, TrialFailed, Worker

Say = Callable[[str], None]
NO_TIME = "there was no time for any, raise max_runtime_seconds"


def search_features(
    plan: SearchPlan, features: Path, output: Path, *, is_over: Callable[[], bool], say: Say
) -> TrialRecord:
    """The best trial; its head and the records of all of them are in the output folder.

    When `is_over`, no trial begins, and those at work end with what they have.

    Raises:
        InputError: no trial has reached a validation loss.
    """
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept:
        search = _Search(plan, Study(plan), features, Path(kept), is_over, say)
        records = search.run(min(processor_count(), plan.trials))
        best = best_of(records)
        if best is None:
            why = next((one.reason for one in records if one.reason), NO_TIME)
            raise InputError(f"no trial of the search has reached a validation loss: {why}")
        for name in (WEIGHTS, FIGURES):
            shutil.copyfile(Path(kept) / best.name / name, output / name)
    write_records(records, best, plan.strategy, output)
    say(f"search: {best.name} is the best of {len(records)}, loss={best.objective:.6f}")
    return best


@dataclass
class _Search:
    plan: SearchPlan
    study: Study
    features: Path
    kept: Path
    is_over: Callable[[], bool]
    say: Say
    records: list[TrialRecord] = field(default_factory=list)

    def run(self, workers: int) -> list[TrialRecord]:
        """Of all trials, in the order in which they began."""
        with ThreadPoolExecutor(workers) as pool:
            for lane in [pool.submit(self._conduct_some) for _ in range(workers)]:
                lane.result()
        return sorted(self.records, key=lambda record: record.name)

    def _conduct_some(self) -> None:
        worker: Worker | None = None
        try:
            while not self.is_over() and (proposal := self.study.ask()):
                if worker is None or not worker.is_alive:
                    worker = Worker(self.features)
                self._conduct(proposal, worker)
        finally:
            if worker:
                worker.close()

    def _conduct(self, proposal: Proposal, worker: Worker) -> None:
        trial = f"trial {proposal.number} of {self.plan.trials}"
        self.say(f"{trial} begins: {_words(proposal)}")
        record = self._recorded(proposal, worker)
        self.study.tell(proposal, record.objective, stopped=record.status == "Stopped")
        self.records.append(record)
        self.say(f"{trial} {record.status.lower()}: {_outcome(record)}")
        self.say(f"search {len(self.records)}/{self.plan.trials} trials")

    def _recorded(self, proposal: Proposal, worker: Worker) -> TrialRecord:
        began = time.monotonic()
        losses: list[float] = []
        status: Status = "Completed"

        def goes_on(epoch: int, loss: float) -> bool:
            nonlocal status
            losses.append(loss)
            least = min(filter(math.isfinite, losses), default=None)
            # What has never been a number is not told of: no median can be made of it.
            hopeless = least is not None and self.study.is_hopeless(proposal, epoch, least)
            if epoch < self.plan.epochs and (hopeless or self.is_over()):
                status = "Stopped"
            return status == "Completed"

        folder = self.kept / proposal.name
        values = {"backbone": self.plan.backbone, **proposal.values}
        assignment = Assignment(values, self.plan.epochs, self.plan.seed, folder)
        reason = None
        try:
            worker.train(assignment, goes_on)
        except TrialFailed as failed:
            status, reason = "Failed", str(failed)
        return TrialRecord(
            name=proposal.name,
            status=status,
            values=proposal.values,
            objective=None if status == "Failed" else kept_loss(folder),
            epochs=[loss if math.isfinite(loss) else None for loss in losses],
            seconds=round(time.monotonic() - began, 3),
            reason=reason,
        )


def _words(proposal: Proposal) -> str:
    return " ".join(f"{name}={value}" for name, value in proposal.values.items())


def _outcome(record: TrialRecord) -> str:
    if record.objective is None:
        return record.reason or "no loss that is a number"
    took = f"epochs={len(record.epochs)} seconds={record.seconds:.1f}"
    return f"loss={record.objective:.6f} {took}"
