"""Operations on jobs: create, describe, list, stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from localcloud.sagemaker.api import listing, rules
from localcloud.sagemaker.api.job_components import check_experiment, track
from localcloud.sagemaker.containers import debugger
from localcloud.sagemaker.jobs.job import Job, Running
from localcloud.sagemaker.jobs.processing import ProcessingJob
from localcloud.sagemaker.jobs.secondary_states import transition
from localcloud.sagemaker.jobs.training import TrainingJob, model_location
from localcloud.sagemaker.jobs.transform import TransformJob
from localcloud.sagemaker.region.defaults import filled
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
from localcloud.sagemaker.region.quota import instance_count
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.roles import execution_role
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


class JobApi:
    def __init__(self, region: Region, running: Running) -> None:
        self._region = region
        self._running = running

    def operations(self) -> dict[str, Operation]:
        table: dict[str, Operation] = {
            "CreateProcessingJob": self.create_processing,
            "CreateTrainingJob": self.create_training,
            "CreateTransformJob": self.create_transform,
        }
        for kind in JOBS:
            table[f"Describe{kind.stem}"] = self._describing(kind)
            table[f"Stop{kind.stem}"] = self._stopping(kind)
            table[f"List{kind.stem}s"] = self._listing(kind)
        return table

    def create_processing(self, request: Json) -> Json:
        rules.check_processing(request)
        record = self.admit(PROCESSING, request, {"ProcessingJobStatus": "InProgress"})
        return self.begin(ProcessingJob(self._region, record))

    def create_training(self, request: Json) -> Json:
        return self.begin(self._training_job(request))

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
        state = {"TransformJobStatus": "InProgress", "AskedFor": asked}
        record = self.admit(TRANSFORM, request, state)
        return self.begin(TransformJob(self._region, record))

    def _training_job(self, request: Json, at_once: int = 1) -> TrainingJob:
        rules.check_training(request)
        state = {
            "TrainingJobStatus": "InProgress",
            "SecondaryStatus": "Starting",
            "SecondaryStatusTransitions": [transition("Starting", time.time())],
            **debugger.rule_members(request),
        }
        record = self.admit(TRAINING, request, state)
        return TrainingJob(self._region, record, at_once=at_once)

    def train_child(self, request: Json, at_once: int) -> TrainingJob:
        job = self._training_job(request, at_once)
        self._running.add(job)
        return job

    def admit(self, kind: Kind, request: Json, state: Json) -> Record:
        """The record of a new job, unless the name is taken or the account is full."""
        check_experiment(self._region, request)
        role = execution_role(kind, request, self._region)
        arn = self._region.arn(kind, request[kind.name_member])
        self._region.acting_as(role, arn)  # refused before the job exists
        record = self._region.new_record(kind, filled(kind, request), **state)
        self._region.records.add(record, lambda: self._admit_instances(kind, request))
        track(self._region, record)
        return record

    def _admit_instances(self, kind: Kind, request: Json) -> None:
        if not kind.quota:
            return
        wanted = instance_count(request)
        self._region.quotas.admit(kind, wanted)
        name = request[kind.name_member]
        if "TuningJobArn" not in request and self._region.chance.strikes("refused", name):
            raise self._region.quotas.refusal(kind, wanted)

    def begin(self, job: Job) -> Json:
        self._running.add(job)
        return {job.kind.arn_member: job.record.arn}

    def _describing(self, kind: Kind) -> Operation:
        operation = f"Describe{kind.stem}"

        def describe(request: Json) -> Json:
            fields = self._region.record(kind, request[kind.name_member]).fields()
            if kind is TRAINING:
                # Where the model will be is known, and answered, from the beginning.
                fields = {"ModelArtifacts": {"S3ModelArtifacts": model_location(fields)}, **fields}
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
