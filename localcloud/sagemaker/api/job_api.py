"""Operations on jobs: create, describe, list, stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from localcloud.sagemaker.api import listing, rules
from localcloud.sagemaker.containers import debugger
from localcloud.sagemaker.jobs.job import Job, Running
from localcloud.sagemaker.jobs.processing import ProcessingJob
from localcloud.sagemaker.jobs.training import TrainingJob, transition
from localcloud.sagemaker.jobs.transform import TransformJob
from localcloud.sagemaker.jobs.tuning import TuningJob
from localcloud.sagemaker.region.errors import invalid
from localcloud.sagemaker.region.kinds import (
    JOBS,
    MODEL,
    PROCESSING,
    TRAINING,
    TRANSFORM,
    TUNING,
    Kind,
)
from localcloud.sagemaker.region.quota import exceeded, instance_count
from localcloud.sagemaker.region.records import Record, refuse_reserved_tags, tag_map
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, answer_members, names

Operation = Callable[[Json], Json]
SUMMARIES = {
    PROCESSING: names("""ProcessingJobName ProcessingJobArn CreationTime ProcessingEndTime
        LastModifiedTime ProcessingJobStatus FailureReason ExitMessage"""),
    TRAINING: names("""TrainingJobName TrainingJobArn CreationTime TrainingEndTime LastModifiedTime
        TrainingJobStatus SecondaryStatus"""),
    TUNING: names("""HyperParameterTuningJobName HyperParameterTuningJobArn
        HyperParameterTuningJobStatus Strategy CreationTime HyperParameterTuningEndTime
        LastModifiedTime TrainingJobStatusCounters ObjectiveStatusCounters
        ResourceLimits"""),
    TRANSFORM: names("""TransformJobName TransformJobArn CreationTime TransformEndTime
        LastModifiedTime
        TransformJobStatus FailureReason"""),
}
NO_TRAINING_JOBS = {"Completed": 0, "InProgress": 0, "RetryableError": 0}
NO_TRAINING_JOBS |= {"NonRetryableError": 0, "Stopped": 0}


class JobApi:
    def __init__(self, region: Region, running: Running) -> None:
        self._region = region
        self._running = running
        self._tuning: dict[str, TuningJob] = {}

    def operations(self) -> dict[str, Operation]:
        table: dict[str, Operation] = {
            "CreateProcessingJob": self.create_processing,
            "CreateTrainingJob": self.create_training,
            "CreateHyperParameterTuningJob": self.create_tuning,
            "CreateTransformJob": self.create_transform,
            "ListTrainingJobsForHyperParameterTuningJob": self.list_children,
        }
        for kind in JOBS:
            table[f"Describe{kind.stem}"] = self._describing(kind)
            table[f"Stop{kind.stem}"] = self._stopping(kind)
            table[f"List{kind.stem}s"] = self._listing(kind)
        return table

    def create_processing(self, request: Json) -> Json:
        rules.check_processing(request)
        record = self._admit(PROCESSING, request, {"ProcessingJobStatus": "InProgress"})
        return self._begin(ProcessingJob(self._region, record))

    def create_training(self, request: Json) -> Json:
        return self._begin(self._training_job(request))

    def create_tuning(self, request: Json) -> Json:
        rules.check_tuning(request)
        self._refuse_too_many_at_once(request)
        state = {
            "HyperParameterTuningJobStatus": "InProgress",
            "TrainingJobStatusCounters": NO_TRAINING_JOBS,
            "ObjectiveStatusCounters": {"Succeeded": 0, "Pending": 0, "Failed": 0},
        }
        record = self._admit(TUNING, request, state)
        job = TuningJob(self._region, record, self._train_child)
        self._tuning[record.name] = job
        return self._begin(job)

    def create_transform(self, request: Json) -> Json:
        rules.check_transform(request)
        model = self._region.record(MODEL, request["ModelName"])
        if "ModelDataSource" in model["ServedContainer"]:
            raise invalid("Batch transform does not support models with a ModelDataSource.")
        asked = {
            spelled: request[member]
            for member, spelled in (
                ("MaxPayloadInMB", "MAX_PAYLOAD_IN_MB"),
                ("MaxConcurrentTransforms", "MAX_CONCURRENT_TRANSFORMS"),
                ("BatchStrategy", "BATCH_STRATEGY"),
            )
            if member in request
        }
        defaults = {
            "MaxConcurrentTransforms": 1,
            "MaxPayloadInMB": 6,
            "BatchStrategy": "MultiRecord",
        }
        state = {"TransformJobStatus": "InProgress", "AskedFor": asked}
        record = self._admit(TRANSFORM, {**defaults, **request}, state)
        return self._begin(TransformJob(self._region, record))

    def list_children(self, request: Json) -> Json:
        name = request["HyperParameterTuningJobName"]
        self._region.record(TUNING, name)
        items = self._tuning[name].summaries()
        if status := request.get("StatusEquals"):
            items = [item for item in items if item["TrainingJobStatus"] == status]
        if request.get("SortBy") == "FinalObjectiveMetricValue":
            items = sorted(items, key=objective_value)
        if request.get("SortOrder") == "Descending":
            items = items[::-1]
        return listing.page("TrainingJobSummaries", items, request)

    def _training_job(self, request: Json, at_once: int = 1) -> TrainingJob:
        rules.check_training(request)
        state = {
            "TrainingJobStatus": "InProgress",
            "SecondaryStatus": "Starting",
            "SecondaryStatusTransitions": [transition("Starting", time.time())],
            "EnableNetworkIsolation": False,
            "EnableInterContainerTrafficEncryption": False,
            "EnableManagedSpotTraining": False,
            **debugger.rule_members(request),
        }
        record = self._admit(TRAINING, request, state)
        return TrainingJob(self._region, record, at_once=at_once)

    def _train_child(self, request: Json, at_once: int) -> TrainingJob:
        job = self._training_job(request, at_once)
        self._running.add(job)
        return job

    def _admit(self, kind: Kind, request: Json, state: Json) -> Record:
        """The record of a new job, unless the name is taken or the account is full."""
        name = request[kind.name_member]
        tags = request.get("Tags", ())
        refuse_reserved_tags(tags)
        fields = {**state, **request}
        fields.pop("Tags", None)
        record = Record(kind, name, self._region.arn(kind, name), fields)
        record.tags.update(tag_map(tags))
        record.update()
        self._region.records.add(record, lambda: self._admit_instances(kind, request))
        return record

    def _admit_instances(self, kind: Kind, request: Json) -> None:
        if kind.quota:
            self._region.quotas.admit(kind, instance_count(request))

    def _refuse_too_many_at_once(self, request: Json) -> None:
        """AWS refuses a tuning job whose parallel children could never run."""
        limits = request["HyperParameterTuningJobConfig"]["ResourceLimits"]
        each = instance_count(request["TrainingJobDefinition"])
        wanted, limit = (
            each * limits["MaxParallelTrainingJobs"],
            self._region.quotas.limit(TRAINING),
        )
        if wanted > limit:
            raise exceeded(TRAINING.quota, limit=limit, used=0, wanted=wanted)

    def _begin(self, job: Job) -> Json:
        self._running.add(job)
        return {job.kind.arn_member: job.record.arn}

    def _describing(self, kind: Kind) -> Operation:
        operation = f"Describe{kind.stem}"

        def describe(request: Json) -> Json:
            fields = self._region.record(kind, request[kind.name_member]).fields()
            return answer_members(fields, operation)

        return describe

    def _stopping(self, kind: Kind) -> Operation:
        def stop(request: Json) -> Json:
            self._running.stop(self._region.record(kind, request[kind.name_member]))
            return {}

        return stop

    def _listing(self, kind: Kind) -> Operation:
        def list_jobs(request: Json) -> Json:
            found = listing.selected(self._region.records.of(kind), request)
            items = [listing.summary(flat(fields), SUMMARIES[kind]) for fields in found]
            return listing.page(f"{kind.stem}Summaries", items, request)

        return list_jobs


def flat(fields: Json) -> Json:
    """Summaries of tuning jobs show two members of their configuration at the top."""
    return {**fields.get("HyperParameterTuningJobConfig", {}), **fields}


def objective_value(item: Json) -> float:
    metric = item.get("FinalHyperParameterTuningJobObjectiveMetric", {})
    return float(metric.get("Value", float("inf")))
