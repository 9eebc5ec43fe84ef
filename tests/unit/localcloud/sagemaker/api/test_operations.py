"""Names, duplicates, listings, tags and limits, as a client of the API sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.sagemaker.api.server import SageMakerServer
from tests.support.sagemaker_engine import (
    ACCOUNT,
    REGION,
    ROLE,
    Cloud,
    new_name,
    processing_request,
)


def refused(call: Any, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**request)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_name_can_be_used_once(cloud: Cloud) -> None:
    job = cloud.process("true")

    code, message = refused(
        cloud.sagemaker.create_processing_job, **processing_request(job, "true")
    )

    assert code == "ResourceInUse"
    assert f"already exists (arn:aws:sagemaker:{REGION}:{ACCOUNT}:processing-job/{job})" in message


def test_unknown_names_are_answered_as_aws_does(cloud: Cloud) -> None:
    api = cloud.sagemaker

    answers = [
        refused(api.describe_training_job, TrainingJobName="no"),
        refused(api.stop_processing_job, ProcessingJobName="no"),
        refused(api.describe_model, ModelName="no"),
        refused(api.describe_hyper_parameter_tuning_job, HyperParameterTuningJobName="no"),
    ]

    assert answers == [
        ("ValidationException", "Requested resource not found."),
        ("ValidationException", "Could not find requested job with name: no"),
        (
            "ValidationException",
            f'Could not find model "arn:aws:sagemaker:{REGION}:{ACCOUNT}:model/no".',
        ),
        ("ResourceNotFound", "Amazon SageMaker can't find a tuning job with the name no."),
    ]


def test_what_has_ended_cannot_be_stopped(cloud: Cloud) -> None:
    job = cloud.process("true")
    cloud.ended("processing", job)

    _, message = refused(cloud.sagemaker.stop_processing_job, ProcessingJobName=job)

    assert message == (
        "The request was rejected because the processing job is in status Completed."
    )


def test_a_request_that_no_engine_could_run_is_refused(cloud: Cloud) -> None:
    request = processing_request(new_name("process"), "true")
    del request["AppSpecification"]["ContainerEntrypoint"]

    code, message = refused(cloud.sagemaker.create_processing_job, **request)

    assert code == "ValidationException"
    assert message.endswith("give a ContainerEntrypoint.")


def test_a_model_needs_its_data(cloud: Cloud) -> None:
    container = {"Image": "image", "ModelDataUrl": "s3://bucket/none.tar.gz"}

    _, message = refused(
        cloud.sagemaker.create_model,
        ModelName=new_name("model"),
        ExecutionRoleArn=ROLE,
        PrimaryContainer=container,
    )

    assert message == "Could not find model data at s3://bucket/none.tar.gz."


def test_listings_are_filtered_and_paged(cloud: Cloud) -> None:
    names = [cloud.process("true", name=f"{new_name('listed')}") for _ in range(3)]
    for name in names:
        cloud.ended("processing", name)

    pages = cloud.sagemaker.get_paginator("list_processing_jobs").paginate(
        NameContains="listed", SortBy="Name", SortOrder="Ascending", MaxResults=2
    )

    found = [[job["ProcessingJobName"] for job in page["ProcessingJobSummaries"]] for page in pages]
    assert found == [sorted(names)[:2], sorted(names)[2:]]


def test_tags_can_be_read_and_changed(cloud: Cloud) -> None:
    job = cloud.process("true", Tags=[{"Key": "team", "Value": "dogs"}])
    arn = cloud.describe("processing", job)["ProcessingJobArn"]

    cloud.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "dev"}])
    cloud.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["team"])

    tags = cloud.sagemaker.list_tags(ResourceArn=arn)["Tags"]
    assert tags == [{"Key": "stage", "Value": "dev"}]


@pytest.fixture
def small_account(moto_url: str, tmp_path: Path) -> Iterator[Cloud]:
    server = SageMakerServer(
        folder=tmp_path,
        aws_endpoint_url=moto_url,
        region=REGION,
        account=ACCOUNT,
        quotas={"processing": 1, "training": 0},
        throttles={"CreateProcessingJob": 0.2},
    )
    server.start()
    yield Cloud(moto_url, server, tmp_path)
    server.stop()


def test_an_account_without_instances_refuses_jobs(small_account: Cloud) -> None:
    request = small_account.training_request("train-1", "print(1)")

    code, message = refused(small_account.sagemaker.create_training_job, **request)

    assert code == "ResourceLimitExceeded"
    assert "'Number of instances across all training jobs' is 0 Instances" in message


def test_too_many_requests_a_second_are_throttled(small_account: Cloud) -> None:
    small_account.process("exec sleep 30", name="prep-1")

    code, message = refused(
        small_account.sagemaker.create_processing_job, **processing_request("prep-2", "true")
    )

    assert (code, message) == ("ThrottlingException", "Rate exceeded")


def test_the_limit_can_come_from_the_environment(
    moto_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENNEL_LOCAL_QUOTA_TRANSFORM", "0")
    server = SageMakerServer(
        folder=tmp_path, aws_endpoint_url=moto_url, region=REGION, account=ACCOUNT
    )
    server.start()
    cloud = Cloud(moto_url, server, tmp_path)
    model = cloud.model("")

    with pytest.raises(ClientError, match="ResourceLimitExceeded"):
        cloud.transform(model, "S3Prefix", "s3://bucket/x/")

    server.stop()
