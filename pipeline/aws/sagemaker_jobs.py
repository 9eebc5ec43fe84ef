"""SageMaker's control plane: create under a derived name, ask how a job stands, stop it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from pipeline.aws.failure_reasons import tells_of_no_room, tells_of_service_fault
from pipeline.aws.job_requests.channels import input_manifests
from pipeline.aws.job_requests.model import batch_request, evaluation_request, model_request
from pipeline.aws.job_requests.preparation import preparation_request
from pipeline.aws.job_requests.training import training_request
from pipeline.aws.job_requests.tuning import tuning_request
from pipeline.aws.parse_events import OUT_OF_TIME, end_status
from pipeline.aws.sagemaker_operations import (
    OPERATIONS,
    PROCESSING,
    TRAINING,
    TRANSFORM,
    TUNING,
)
from pipeline.aws.trial_summaries import trial_outcome, values_of
from pipeline.errors import AccessRefused, JobRefused, QuotaRefused, UnknownEvent
from pipeline.images import Batch
from pipeline.names import JobKind, RunJobKind
from pipeline.ports import BestTrial, JobOutcome, Objects, TrialOutcome
from pipeline.run import Run
from pipeline.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

QUOTA_CODES = {
    "ResourceLimitExceeded",
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
}
# SageMaker's most; unasked it tells ten, and it does not like to be asked often.
TRIALS_PER_CALL = 100
ACCESS_CODES = {"AccessDeniedException", "AccessDenied"}
# Of a training on spot capacity: SageMaker calls it stopped, as if somebody had done it.
WAITED_IN_VAIN = "MaxWaitTimeExceeded"


@dataclass(frozen=True, kw_only=True)
class _Description:
    """What Kennel reads of a description, of whatever kind the job is."""

    status: str
    secondary_status: str | None
    reason: str | None
    artifact: str | None
    began: datetime | None
    ended: datetime | None
    allowed_seconds: int | None

    @property
    def seconds(self) -> float | None:
        return (self.ended - self.began).total_seconds() if self.began and self.ended else None

    @property
    def ran_out_of_time(self) -> bool:
        """A training job says so; a processing job is merely stopped when its time is over."""
        if self.secondary_status == OUT_OF_TIME:
            return True
        if self.status != "Stopped" or not (self.began and self.ended and self.allowed_seconds):
            return False
        return self.ended - self.began >= timedelta(seconds=self.allowed_seconds)


class SageMakerJobs:
    """Jobs read their inputs from the bucket, through manifests that are written first."""

    def __init__(self, client: SageMakerClient, objects: Objects, settings: Settings) -> None:
        self._client = client
        self._objects = objects
        self._settings = settings

    def start(self, kind: RunJobKind, run: Run) -> None:
        settings = self._settings
        match kind:
            case "preparation":
                # The manifests that the training reads as well.
                self._objects.write_many(input_manifests(run, settings.bucket))
                self._create(PROCESSING.create, preparation_request(run, settings))
            case "tuning":
                self._create(TUNING.create, tuning_request(run, settings))
            case "training":
                self._create(TRAINING.create, training_request(run, settings))
            case "evaluation":
                self._create(TRANSFORM.create, evaluation_request(run, settings))
            case "model":
                self._create("create_model", model_request(run, settings))

    def start_batch(self, batch: Batch) -> None:
        self._create(TRANSFORM.create, batch_request(batch, self._settings))

    def outcome(self, kind: JobKind, name: str) -> JobOutcome | None:
        found = self._describe(kind, name)
        if found is None:
            return None
        if found.secondary_status == WAITED_IN_VAIN:
            reason = "spot capacity did not last for it in the time that it may wait and work"
            return JobOutcome("Failed", reason, found.artifact, found_no_room=True)
        if found.ran_out_of_time:
            reason = f"it ran longer than {found.allowed_seconds} s"
            return JobOutcome("Failed", reason, found.artifact)
        try:
            status = end_status(found.status)
        except UnknownEvent:
            return JobOutcome(None)
        blamed = self._blamed(kind, name, found.reason) if status == "Failed" else []
        no_room = bool(blamed) and all(map(tells_of_no_room, blamed))
        service_failed = bool(blamed) and not no_room and all(map(_is_no_fault_of_ours, blamed))
        return JobOutcome(
            status, found.reason, found.artifact, no_room, service_failed, found.seconds
        )

    def stop(self, kind: JobKind, name: str) -> None:
        operations = OPERATIONS[kind]
        try:
            getattr(self._client, operations.stop)(**{f"{operations.job}Name": name})
        except ClientError as error:
            if not _is_missing(error) and error.response["Error"]["Code"] != "ValidationException":
                raise

    def best_trial(self, tuning: str) -> BestTrial | None:
        found = self._client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning)
        best = found.get("BestTrainingJob")
        if not best or "FinalHyperParameterTuningJobObjectiveMetric" not in best:
            return None
        return BestTrial(
            job=best["TrainingJobName"],
            objective=best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"],
            hyperparameters=values_of(best["TunedHyperParameters"]),
        )

    def trials(self, tuning: str) -> Sequence[TrialOutcome]:
        pages = self._client.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job")
        found = pages.paginate(
            HyperParameterTuningJobName=tuning,
            SortBy="CreationTime",
            PaginationConfig={"PageSize": TRIALS_PER_CALL},
        )
        return [trial_outcome(each) for page in found for each in page["TrainingJobSummaries"]]

    def _blamed(self, kind: JobKind, name: str, reason: str | None) -> Sequence[str | None]:
        """A tuning may say only that no trial has succeeded; its trials say why."""
        if kind != "tuning" or _is_no_fault_of_ours(reason):
            return [reason]
        failed = self._client.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name, StatusEquals="Failed", MaxResults=TRIALS_PER_CALL
        )["TrainingJobSummaries"]
        return [trial.get("FailureReason") for trial in failed]

    def _create(self, operation: str, request: Mapping[str, object]) -> None:
        """Done if it exists already: names are derived from what they are for."""
        try:
            getattr(self._client, operation)(**request)
        except ClientError as error:
            if _exists_already(error):
                return
            code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
            name = next(str(value) for key, value in request.items() if key.endswith("Name"))
            if code in ACCESS_CODES:
                raise AccessRefused(name, message) from error
            if code in QUOTA_CODES:
                raise QuotaRefused(name, message) from error
            if code == "ValidationException":
                raise JobRefused(name, message) from error
            raise

    def _describe(self, kind: JobKind, name: str) -> _Description | None:
        operations = OPERATIONS[kind]
        job, phase = operations.job, operations.job.removesuffix("Job")
        try:
            found = getattr(self._client, operations.describe)(**{f"{job}Name": name})
        except ClientError as error:
            if _is_missing(error):
                return None
            raise
        return _Description(
            status=found[f"{job}Status"],
            secondary_status=found.get("SecondaryStatus"),
            reason=found.get("ExitMessage") or found.get("FailureReason"),
            artifact=found.get("ModelArtifacts", {}).get("S3ModelArtifacts"),
            began=found.get(f"{phase}StartTime"),
            ended=found.get(f"{phase}EndTime"),
            allowed_seconds=found.get("StoppingCondition", {}).get("MaxRuntimeInSeconds"),
        )


def _is_no_fault_of_ours(reason: str | None) -> bool:
    return tells_of_no_room(reason) or tells_of_service_fault(reason)


def _exists_already(error: ClientError) -> bool:
    """CreateModel answers a ValidationException where the job operations say ResourceInUse."""
    answer = error.response["Error"]
    return answer["Code"] == "ResourceInUse" or "already exist" in answer["Message"]


def _is_missing(error: ClientError) -> bool:
    """Processing and transform jobs "could not be found", a training job's "resource not found"."""
    answer = error.response["Error"]
    missing = re.search("could not find|not found", answer["Message"], re.IGNORECASE)
    return answer["Code"] in {"ResourceNotFound", "ResourceNotFoundException"} or bool(missing)
