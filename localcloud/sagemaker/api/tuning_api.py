"""Operations of tuning jobs alone: start one, list the training jobs that it has launched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.api.job_api import JobApi
from localcloud.sagemaker.api.tuning_rules import check_tuning
from localcloud.sagemaker.api.warm_start import check_warm_start
from localcloud.sagemaker.jobs.tuning import TuningJob
from localcloud.sagemaker.jobs.tuning_definition import definitions
from localcloud.sagemaker.region.kinds import TRAINING, TUNING
from localcloud.sagemaker.region.quota import exceeded
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

VALUE = "FinalHyperParameterTuningJobObjectiveMetric"
NO_TRAINING_JOBS = dict.fromkeys(
    ("Completed", "InProgress", "RetryableError", "NonRetryableError", "Stopped"), 0
)
ORDERS: dict[str, Callable[[Json], Any]] = {
    "Name": lambda item: item["TrainingJobName"],
    "CreationTime": lambda item: item["CreationTime"],
    "Status": lambda item: item["TrainingJobStatus"],
    "FinalObjectiveMetricValue": lambda item: item[VALUE]["Value"],
}


class TuningApi:
    def __init__(self, region: Region, jobs: JobApi) -> None:
        self._region = region
        self._jobs = jobs
        self._tuning: dict[str, TuningJob] = {}

    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "CreateHyperParameterTuningJob": self.create,
            "ListTrainingJobsForHyperParameterTuningJob": self.list_children,
        }

    def create(self, request: Json) -> Json:
        check_tuning(request)
        self._refuse_too_many_at_once(request)
        parents = self._parents(request)
        state = {
            "HyperParameterTuningJobStatus": "InProgress",
            "TrainingJobStatusCounters": NO_TRAINING_JOBS,
            "ObjectiveStatusCounters": {"Succeeded": 0, "Pending": 0, "Failed": 0},
        }
        record = self._jobs.admit(TUNING, request, state)
        job = TuningJob(self._region, record, self._jobs.train_child, parents)
        self._tuning[record.name] = job
        return self._jobs.begin(job)

    def list_children(self, request: Json) -> Json:
        name = request["HyperParameterTuningJobName"]
        self._region.record(TUNING, name)
        items = self._tuning[name].summaries()
        if status := request.get("StatusEquals"):
            items = [item for item in items if item["TrainingJobStatus"] == status]
        order = request.get("SortBy", "Name")
        if order == "FinalObjectiveMetricValue":
            # Those that have reported no value are not listed then.
            items = [item for item in items if VALUE in item]
        # Unlike the other lists, this one ascends unless told otherwise.
        descending = request.get("SortOrder") == "Descending"
        items.sort(key=ORDERS[order], reverse=descending)
        return listing.page("TrainingJobSummaries", items, request)

    def _refuse_too_many_at_once(self, request: Json) -> None:
        """AWS refuses a tuning job whose parallel children could never run."""
        limits = request["HyperParameterTuningJobConfig"]["ResourceLimits"]
        each = max(definition.instances for definition in definitions(request))
        wanted = each * limits["MaxParallelTrainingJobs"]
        limit = self._region.quotas.limit(TRAINING)
        if wanted > limit:
            raise exceeded(TRAINING.quota, limit=limit, used=0, wanted=wanted)

    def _parents(self, request: Json) -> list[TuningJob]:
        """The tuning jobs that the new one learns from, if they allow it."""
        if "WarmStartConfig" not in request:
            return []
        named = request["WarmStartConfig"]["ParentHyperParameterTuningJobs"]
        names = [parent.get("HyperParameterTuningJobName", "") for parent in named]
        check_warm_start(request, [self._region.record(TUNING, name) for name in names])
        return [self._tuning[name] for name in names]
