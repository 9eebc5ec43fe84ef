"""The transform jobs of a lake, one after the other, as SageMaker remembers them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from pipeline.aws.job_requests.model import lake_request

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

    from pipeline.images import Champion
    from pipeline.lakes import Lake
    from pipeline.settings import Settings


@dataclass(frozen=True, kw_only=True)
class LakeJob:
    """`began` and `ended` bound what is paid for, by each instance."""

    name: str
    attempt: int
    status: str
    reason: str | None
    instances: int
    began: datetime | None
    ended: datetime | None

    @property
    def is_working(self) -> bool:
        return self.status in ("InProgress", "Stopping")

    def instance_hours(self, now: datetime) -> float:
        if self.began is None:
            return 0.0
        return ((self.ended or now) - self.began).total_seconds() / 3600 * self.instances


class LakeJobs:
    def __init__(
        self, sagemaker: SageMakerClient, lake: Lake, champion: Champion, settings: Settings
    ) -> None:
        self._sagemaker = sagemaker
        self._lake = lake
        self._champion = champion
        self._settings = settings

    def all(self) -> Sequence[LakeJob]:
        """The newest last."""
        found: list[LakeJob] = []
        while job := self.look(len(found)):
            found.append(job)
        return found

    def newest(self) -> LakeJob | None:
        jobs = self.all()
        return jobs[-1] if jobs else None

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
            instances=answer["TransformResources"]["InstanceCount"],
            began=answer.get("TransformStartTime"),
            ended=answer.get("TransformEndTime"),
        )

    def start(self, attempt: int, instances: int) -> None:
        """Somebody else may have started the very same job meanwhile."""
        request = lake_request(
            self._lake, self._champion, attempt, instances=instances, settings=self._settings
        )
        try:
            self._sagemaker.create_transform_job(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceInUse":
                raise

    def stop(self, job: LakeJob) -> None:
        self._sagemaker.stop_transform_job(TransformJobName=job.name)
