"""A job at work: a thread with a folder, a process, a log, and a state that it announces."""

from __future__ import annotations

import hashlib
import logging
import shutil
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from localcloud.sagemaker.containers.environments import Environment, Environments
from localcloud.sagemaker.containers.installation import installing
from localcloud.sagemaker.containers.layout import Layout
from localcloud.sagemaker.containers.process import Command, Ends, Exit, JobProcess
from localcloud.sagemaker.containers.requirements import Requirements
from localcloud.sagemaker.region.errors import Closing, JobFailed, invalid
from localcloud.sagemaker.region.kinds import Kind
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.roles import execution_role
from localcloud.sagemaker.region.shapes import Json

REASON_LENGTH = 1024
POLL_SECONDS = 0.05
NO_CAPACITY = (
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a "
    "different ML instance type."
)
INTERNAL_ERROR = "InternalServerError: We encountered an internal error. Please try again."
logger = logging.getLogger(__name__)


class Job(ABC):
    """What all kinds of jobs have in common."""

    kind: ClassVar[Kind]

    def __init__(self, region: Region, record: Record) -> None:
        role = execution_role(self.kind, record.fields(), region)
        self.region = region.acting_as(role, record.arn)
        self.record = record
        self.stop_requested = threading.Event()
        self.lost = threading.Event()  # one of its instances has failed
        self.ended = threading.Event()
        self.folder = region.folder(self.kind, record.name)
        self.layout = Layout(self.folder / "opt" / "ml")
        self._thread = threading.Thread(target=self._run, name=record.name, daemon=True)

    @abstractmethod
    def work(self) -> None:
        """Does the job and says how it ended; JobFailed ends it as Failed."""

    @abstractmethod
    def closing_times(self) -> Json:
        """The members that hold when the job has ended, with that time."""

    def start(self) -> None:
        self.region.events.announce(self.record)
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def request_stop(self) -> None:
        """Raises ApiError if there is nothing left to stop."""
        status = self.kind.status_member
        if not self.record.update_if(lambda f: f[status] == "InProgress", **self.stopping()):
            raise invalid(
                f"The request was rejected because the {self.kind.spoken} is in status "
                f"{self.record.status}."
            )
        self.region.events.announce(self.record)
        self.stop_requested.set()

    def stopping(self) -> Json:
        return {self.kind.status_member: "Stopping"}

    def change(self, **changes: Any) -> None:
        if self.region.closing.is_set():
            raise Closing
        self.record.update(**changes)
        self.region.events.announce(self.record)

    def finish(self, status: str, **changes: Any) -> None:
        if status == "Completed" and self.region.chance.strikes(
            "internal_errors", self.record.name
        ):
            raise JobFailed(INTERNAL_ERROR)
        self.change(**{self.kind.status_member: status}, **self.closing_times(), **changes)

    def fail(self, reason: str) -> None:
        self.finish("Failed", FailureReason=reason[:REASON_LENGTH])

    def make_environment(
        self, layout: Layout, requirements: Requirements, on_line: Callable[[str], None]
    ) -> Environment:
        install = installing(requirements, layout, ends=self.ends(), on_line=on_line)
        environments = Environments(self.region.settings.environments)
        return environments.make(layout.environment, requirements, install)

    def run_process(
        self,
        command: Command,
        *,
        limit: float,
        interruption: float = float("inf"),
        on_line: Callable[[str], None],
    ) -> Exit:
        death = self.region.chance.death(self.record.name)
        ends = replace(self.ends(limit, interruption), death_seconds=death)
        return JobProcess(command, on_line).wait(ends)

    def ends(self, limit: float = float("inf"), interruption: float = float("inf")) -> Ends:
        return Ends(
            stop=self.stop_requested,
            closing=self.region.closing,
            lost=self.lost,
            grace_seconds=self.region.settings.stop_grace_seconds,
            limit_seconds=limit,
            interrupt_seconds=interruption,
        )

    def _run(self) -> None:
        try:
            self._work()
        except Closing:
            logger.info("%s was cut off", self.record.name)
        finally:
            # In this order: who waits for `ended` may look whether the folder is gone.
            shutil.rmtree(self.folder, ignore_errors=True)
            self.ended.set()

    def await_capacity(self, seconds: float) -> None:
        """There are no instances of the type just now."""
        due = time.monotonic() + seconds
        while time.monotonic() < due and not self.stop_requested.wait(POLL_SECONDS):
            if self.region.closing.is_set():
                raise Closing

    def _find_instances(self) -> None:
        chance = self.region.chance
        if not self.kind.quota:
            return
        if chance.faults.capacity_wait:
            self.await_capacity(chance.faults.capacity_wait)
        if chance.strikes("capacity_errors", self.record.name):
            raise JobFailed(NO_CAPACITY)

    def _work(self) -> None:
        try:
            self._find_instances()
            self.work()
        except JobFailed as failure:
            # What fails because it is being stopped has been stopped.
            if self.stop_requested.is_set():
                self.finish("Stopped")
            else:
                self.fail(str(failure))
        except Closing:
            raise
        except Exception as error:
            # The job's boundary: a defect of the engine must show on the job, not hang it.
            logger.exception("%s failed inside the engine", self.record.name)
            if not self.region.closing.is_set():
                self.fail(f"InternalServerError: {type(error).__name__}: {error}")


class Running:
    """The jobs at work, to stop them by name or all together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[tuple[Kind, str], Job] = {}

    def add(self, job: Job) -> None:
        with self._lock:
            self._jobs = {key: old for key, old in self._jobs.items() if not old.ended.is_set()}
            self._jobs[job.kind, job.record.name] = job
        job.start()

    def find(self, record: Record) -> Job | None:
        with self._lock:
            return self._jobs.get((record.kind, record.name))

    def stop(self, record: Record) -> None:
        job = self.find(record)
        if job is None:
            status = record.status
            raise invalid(
                f"The request was rejected because the {record.kind.spoken} is in status {status}."
            )
        job.request_stop()

    def join(self) -> None:
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.join()


def stream_name(job_name: str, number: int = 1) -> str:
    return f"{job_name}/algo-{number}-{int(time.time())}"


def instance_id(name: str) -> str:
    """An instance id as in AWS's stream names; the same for the same name."""
    return f"i-{hashlib.sha256(name.encode()).hexdigest()[:17]}"
