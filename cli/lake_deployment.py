"""What runs over S3 need of the deployment that they are of: its buckets, its jobs, its model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cli.clients import s3, sagemaker
from cli.connection import runs_api
from cli.deployment import Deployment
from cli.lake_jobs import LakeJobs
from cli.lake_records import LakeRecord, LakeRecords
from cli.lake_run import LakeRun
from cli.lake_status import LakeStatus, status_of
from cli.mistakes import Mistake
from pipeline.aws.s3_objects import S3Objects
from pipeline.images import Champion
from pipeline.names import RunId, job_name
from pipeline.ports import Objects
from pipeline.settings import Settings


class LakeDeployment:
    """/health is asked once, for all but how many instances are free."""

    def __init__(self, deployment: Deployment) -> None:
        self._api = runs_api(deployment)
        self._bucket = deployment.bucket
        self._known: Mapping[str, Any] | None = None

    @property
    def records(self) -> LakeRecords:
        return LakeRecords(self.bucket(self._bucket))

    @property
    def settings(self) -> Settings:
        """As far as a transform job needs them: what it does is its model's."""
        return Settings(
            service=self._health["service"],
            stage=self._health["stage"],
            region="",
            bucket=self._bucket,
            table="",
            topic_arn="",
            role_arn="",
            dead_letters_url="",
            training_image="",
            inference_image="",
            **self._health["transform"],
        )

    @property
    def champion(self) -> Champion | None:
        """The model that serves."""
        serving = self._health["serving"]
        if serving is None:
            return None
        model = self._api.run(serving["run"])["model"]
        run = RunId(serving["run"])
        return Champion(
            run=run,
            version=model["version"],
            digest=model["digest"],
            model_name=job_name(self.settings, "model", run),
        )

    def bucket(self, name: str) -> Objects:
        return S3Objects(s3(), name)

    def run(self, record: LakeRecord) -> LakeRun:
        return LakeRun(
            record,
            settings=self.settings,
            jobs=self._jobs(record),
            buckets=self.bucket,
            room=self.room,
        )

    def room(self) -> int:
        """How many instances the batches in flight leave of `max_instances`, now."""
        taken = self._api.about()["batches"]["instances"]
        return self.settings.max_instances - int(taken)

    def status(self, record: LakeRecord) -> LakeStatus:
        """One that has ended is not asked for again."""
        jobs = [] if record.end else self._jobs(record).all()
        return status_of(record, jobs, self.bucket(self._bucket))

    def _jobs(self, record: LakeRecord) -> LakeJobs:
        return LakeJobs(sagemaker(), record.lake, record.champion, self.settings)

    @property
    def _health(self) -> Mapping[str, Any]:
        if self._known is None:
            self._known = self._api.about()
            if "batches" not in self._known:
                raise Mistake("This deployment is of an earlier version: deploy it again.")
        return self._known
