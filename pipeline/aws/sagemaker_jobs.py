"""SageMaker's control plane: create under a derived name, ask how a job stands, stop it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from pipeline.aws.parse_events import OUT_OF_TIME, end_status
from pipeline.errors import QuotaRefused, UnknownEvent
from pipeline.names import JobKind
from pipeline.ports import BestTrial, CreateOperation, JobOutcome, Request

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

QUOTA_CODES = {
    "ResourceLimitExceeded",
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
}


@dataclass(frozen=True)
class Operations:
    """How SageMaker calls things for one kind of job."""

    describe: str
    stop: str
    job: str


PROCESSING = Operations("describe_processing_job", "stop_processing_job", "ProcessingJob")
TRAINING = Operations("describe_training_job", "stop_training_job", "TrainingJob")
TRANSFORM = Operations("describe_transform_job", "stop_transform_job", "TransformJob")
TUNING = Operations(
    "describe_hyper_parameter_tuning_job",
    "stop_hyper_parameter_tuning_job",
    "HyperParameterTuningJob",
)
OPERATIONS: Mapping[JobKind, Operations] = {
    "preparation": PROCESSING,
    "tuning": TUNING,
    "training": TRAINING,
    "evaluation": TRANSFORM,
    "batch": TRANSFORM,
}


class SageMakerJobs:
    def __init__(self, client: SageMakerClient) -> None:
        self._client = client

    def create(self, operation: CreateOperation, request: Request) -> None:
        try:
            getattr(self._client, operation)(**request)
        except ClientError as error:
            if _exists_already(error):
                return
            if error.response["Error"]["Code"] in QUOTA_CODES:
                name = next(value for key, value in request.items() if key.endswith("Name"))
                raise QuotaRefused(name, error.response["Error"]["Message"]) from error
            raise

    def outcome(self, kind: JobKind, name: str) -> JobOutcome | None:
        found = self._describe(kind, name)
        if found is None:
            return None
        artifact = found.get("ModelArtifacts", {}).get("S3ModelArtifacts")
        reason = found.get("ExitMessage") or found.get("FailureReason")
        if _ran_out_of_time(found, OPERATIONS[kind].job):
            most = found["StoppingCondition"]["MaxRuntimeInSeconds"]
            return JobOutcome("Failed", f"it ran longer than {most} s", artifact)
        try:
            status = end_status(found[f"{OPERATIONS[kind].job}Status"])
        except UnknownEvent:
            return JobOutcome(None)
        return JobOutcome(status, reason, artifact)

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
            hyperparameters={n: _unquoted(v) for n, v in best["TunedHyperParameters"].items()},
        )

    def _describe(self, kind: JobKind, name: str) -> Mapping[str, Any] | None:
        operations = OPERATIONS[kind]
        try:
            answer: Mapping[str, Any] = getattr(self._client, operations.describe)(
                **{f"{operations.job}Name": name}
            )
        except ClientError as error:
            if _is_missing(error):
                return None
            raise
        return answer


def _ran_out_of_time(found: Mapping[str, Any], job: str) -> bool:
    """A training job says so; a processing job is merely stopped when its time is over."""
    if found.get("SecondaryStatus") == OUT_OF_TIME:
        return True
    phase = job.removesuffix("Job")
    start, end = found.get(f"{phase}StartTime"), found.get(f"{phase}EndTime")
    if (
        found[f"{job}Status"] != "Stopped"
        or "StoppingCondition" not in found
        or not (start and end)
    ):
        return False
    most = timedelta(seconds=found["StoppingCondition"]["MaxRuntimeInSeconds"])
    return bool(end - start >= most)


def _exists_already(error: ClientError) -> bool:
    """CreateModel answers a ValidationException where the job operations say ResourceInUse."""
    answer = error.response["Error"]
    return answer["Code"] == "ResourceInUse" or "already exist" in answer["Message"]


def _is_missing(error: ClientError) -> bool:
    """Processing and transform jobs "could not be found", a training job's "resource not found"."""
    answer = error.response["Error"]
    missing = re.search("could not find|not found", answer["Message"], re.IGNORECASE)
    return answer["Code"] in {"ResourceNotFound", "ResourceNotFoundException"} or bool(missing)


def _unquoted(value: str) -> str:
    """Tuned values come as strings, categorical ones perhaps in quotes of their own."""
    try:
        return str(json.loads(value)) if value.startswith('"') else value
    except ValueError:
        return value
