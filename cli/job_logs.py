"""Logs of SageMaker jobs in CloudWatch, read from the first line and again for what is new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_sagemaker import SageMakerClient

TRAINING = "/aws/sagemaker/TrainingJobs"
PROCESSING = "/aws/sagemaker/ProcessingJobs"
GROUPS = (TRAINING, PROCESSING, "/aws/sagemaker/TransformJobs")
ENDED = frozenset({"Completed", "Failed", "Stopped"})


@dataclass(frozen=True)
class LogLine:
    time: datetime
    stream: str
    text: str


class JobLog:
    """One job's streams; a tuning job's are those of its trials."""

    def __init__(self, logs: CloudWatchLogsClient, job: str, groups: tuple[str, ...] = GROUPS):
        self._logs = logs
        self._job = job
        self._groups = groups
        self._tokens: dict[tuple[str, str], str] = {}

    def new_lines(self) -> list[LogLine]:
        """What was written since the last call, in the order of time."""
        lines = [line for place in self._streams() for line in self._new_in(*place)]
        return sorted(lines, key=lambda line: line.time)

    @property
    def exists(self) -> bool:
        return bool(self._streams())

    def _streams(self) -> list[tuple[str, str]]:
        own = [place for group in self._groups for place in self._named(group, f"{self._job}/")]
        return own or list(self._named(TRAINING, f"{self._job}-"))

    def _named(self, group: str, prefix: str) -> Iterator[tuple[str, str]]:
        pages = self._logs.get_paginator("describe_log_streams").paginate(
            logGroupName=group, logStreamNamePrefix=prefix
        )
        try:
            for page in pages:
                yield from ((group, stream["logStreamName"]) for stream in page["logStreams"])
        except self._logs.exceptions.ResourceNotFoundException:
            return  # no job of this kind has ever run in this account

    def _new_in(self, group: str, stream: str) -> Iterator[LogLine]:
        while True:
            token = self._tokens.get((group, stream))
            last: dict[str, Any] = {"nextToken": token} if token else {}
            page = self._logs.get_log_events(
                logGroupName=group, logStreamName=stream, startFromHead=True, **last
            )
            for event in page["events"]:
                yield LogLine(_time(event.get("timestamp", 0)), stream, event.get("message", ""))
            self._tokens[group, stream] = page["nextForwardToken"]
            if not page["events"] or page["nextForwardToken"] == token:
                return


def job_status(sagemaker: SageMakerClient, job: str) -> str | None:
    """The status of the job of this name, whatever its kind; None if there is none."""
    for status in (_training, _processing, _transform, _tuning):
        try:
            return status(sagemaker, job)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _UNKNOWN_JOB:
                raise
    return None


# SageMaker's own word for "no such job" differs by operation.
_UNKNOWN_JOB = ("ValidationException", "ResourceNotFound", "ResourceNotFoundException")


def _training(sagemaker: SageMakerClient, job: str) -> str:
    return sagemaker.describe_training_job(TrainingJobName=job)["TrainingJobStatus"]


def _processing(sagemaker: SageMakerClient, job: str) -> str:
    return sagemaker.describe_processing_job(ProcessingJobName=job)["ProcessingJobStatus"]


def _transform(sagemaker: SageMakerClient, job: str) -> str:
    return sagemaker.describe_transform_job(TransformJobName=job)["TransformJobStatus"]


def _tuning(sagemaker: SageMakerClient, job: str) -> str:
    described = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=job)
    return described["HyperParameterTuningJobStatus"]


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
