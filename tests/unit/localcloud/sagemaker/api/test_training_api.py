"""Training jobs are deleted when they have ended, and changed while they run."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.support.sagemaker_engine import BUCKET, Cloud
from tests.support.waiting import eventually

WORKS = "import time; print('begun'); time.sleep(60)"


def running(cloud: Cloud, **request: object) -> str:
    job = cloud.train(WORKS, **request)
    eventually(lambda: cloud.log("TrainingJobs", job), lambda lines: "begun" in lines)
    return job


def stopped(cloud: Cloud, job: str) -> None:
    cloud.sagemaker.stop_training_job(TrainingJobName=job)
    cloud.ended("training", job)


def test_a_deleted_job_is_unknown_and_its_name_is_free(cloud: Cloud) -> None:
    job = cloud.train("print(1)")
    cloud.ended("training", job)

    cloud.sagemaker.delete_training_job(TrainingJobName=job)

    with pytest.raises(ClientError, match="Requested resource not found"):
        cloud.describe("training", job)
    cloud.train("print(2)", name=job)
    assert cloud.ended("training", job)["TrainingJobStatus"] == "Completed"


def test_a_job_that_runs_is_not_deleted(cloud: Cloud) -> None:
    job = running(cloud)

    with pytest.raises(ClientError, match=r"ResourceInUse.*in status InProgress"):
        cloud.sagemaker.delete_training_job(TrainingJobName=job)

    stopped(cloud, job)


def test_the_profiler_of_a_running_job_is_switched_off(cloud: Cloud) -> None:
    job = running(cloud, ProfilerConfig={"S3OutputPath": f"s3://{BUCKET}/profiled/"})

    cloud.sagemaker.update_training_job(
        TrainingJobName=job, ProfilerConfig={"DisableProfiler": True}
    )

    assert cloud.describe("training", job)["ProfilerConfig"]["DisableProfiler"] is True
    stopped(cloud, job)


def test_what_cannot_be_changed_is_told(cloud: Cloud) -> None:
    job = running(cloud)
    update = cloud.sagemaker.update_training_job

    with pytest.raises(ClientError, match="does not support changing ResourceConfig"):
        update(TrainingJobName=job, ResourceConfig={"KeepAlivePeriodInSeconds": 60})
    with pytest.raises(ClientError, match="profiling a job that was started without"):
        update(TrainingJobName=job, ProfilerConfig={"ProfilingIntervalInMilliseconds": 200})

    stopped(cloud, job)
    with pytest.raises(ClientError, match="in status Stopped"):
        update(TrainingJobName=job, ProfilerConfig={"DisableProfiler": True})
