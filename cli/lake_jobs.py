"""The transform jobs of a lake, one after the other, as SageMaker remembers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from pipeline.aws.job_requests.model import lake_request

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

    from pipeline.lakes import Lake
    from pipeline.settings import Settings


@dataclass(frozen=True, kw_only=True)
class LakeJob:
    name: str
    attempt: int
    status: str
    reason: str | None

    @property
    def is_working(self) -> bool:
        return self.status in ("InProgress", "Stopping")


class LakeJobs:
    def __init__(self, sagemaker: SageMakerClient, lake: Lake, settings: Settings) -> None:
        self._sagemaker = sagemaker
        self._lake = lake
        self._settings = settings

    def newest(self) -> LakeJob | None:
        newest: LakeJob | None = None
        while found := self.look(newest.attempt + 1 if newest else 0):
            newest = found
        return newest

    def look(self, attempt: int) -> LakeJob | None:
        name = self._lake.job_name(self._settings, attempt)
        try:
            answer = self._sagemaker.describe_transform_job(TransformJobName=name)
        except ClientError as error:
            if "could not find" in error.response["Error"]["Message"].lower():
                return None
            raise
        return LakeJob(
            name=name,
            attempt=attempt,
            status=answer["TransformJobStatus"],
            reason=answer.get("FailureReason"),
        )

    def start(self, attempt: int, instances: int) -> None:
        """Somebody else may have started the very same job meanwhile."""
        request = lake_request(self._lake, attempt, instances=instances, settings=self._settings)
        try:
            self._sagemaker.create_transform_job(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceInUse":
                raise

    def stop(self, job: LakeJob) -> None:
        self._sagemaker.stop_transform_job(TransformJobName=job.name)
