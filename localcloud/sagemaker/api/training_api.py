"""Operations of training jobs alone: delete one that has ended, change one that runs."""

from __future__ import annotations

from collections.abc import Callable

from localcloud.sagemaker.jobs.job import Running
from localcloud.sagemaker.jobs.training import TrainingJob
from localcloud.sagemaker.region.errors import ApiError, invalid, unsupported
from localcloud.sagemaker.region.kinds import TRAINING
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

ENDED = {"Completed", "Failed", "Stopped"}
PROFILER = {"ProfilingIntervalInMilliseconds", "DisableProfiler"}


class TrainingApi:
    def __init__(self, region: Region, running: Running) -> None:
        self._region = region
        self._running = running

    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {"DeleteTrainingJob": self.delete, "UpdateTrainingJob": self.update}

    def delete(self, request: Json) -> Json:
        """All that is known of it; its name is free again."""
        record = self._record(request)
        if record.status not in ENDED:
            message = (
                f"The request was rejected because the training job is in status {record.status}."
            )
            raise ApiError("ResourceInUse", message)
        if job := self._running.find(record):
            job.join()  # its folder has the name that is free from now on
        self._region.records.remove(record)
        return {}

    def update(self, request: Json) -> Json:
        """How often its profiler looks, or that it looks no more."""
        record = self._record(request)
        if others := request.keys() - {"TrainingJobName", "ProfilerConfig"}:
            raise unsupported(f"changing {sorted(others)[0]}", "change only the ProfilerConfig")
        change: Json = request.get("ProfilerConfig", {})
        if others := change.keys() - PROFILER:
            what = f"changing the profiler's {sorted(others)[0]}"
            raise unsupported(what, f"change only {' and '.join(sorted(PROFILER))}")
        job = self._running.find(record)
        if record.status != "InProgress" or not isinstance(job, TrainingJob):
            raise invalid(
                f"The request was rejected because the training job is in status {record.status}."
            )
        if not job.profile(change):
            raise unsupported(
                "profiling a job that was started without", "give a ProfilerConfig at its start"
            )
        return {TRAINING.arn_member: record.arn}

    def _record(self, request: Json) -> Record:
        return self._region.record(TRAINING, request["TrainingJobName"])
