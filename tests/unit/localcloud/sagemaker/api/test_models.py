"""Models: where their one container may come from, and what does not fit together."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.model_packages import group, specification, version
from tests.support.sagemaker_engine import BUCKET, IMAGE, ROLE, Cloud, new_name

CONTAINER = {"Image": IMAGE}


def create(cloud: Cloud, **request: Any) -> str:
    name = new_name("model")
    cloud.sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, **request)
    return name


def folder(uri: str, data_type: str = "S3Prefix", compression: str = "None") -> dict[str, Any]:
    source = {"S3Uri": uri, "S3DataType": data_type, "CompressionType": compression}
    return {**CONTAINER, "ModelDataSource": {"S3DataSource": source}}


def test_one_container_may_come_in_a_list(cloud: Cloud) -> None:
    name = create(cloud, Containers=[CONTAINER])

    (shown,) = cloud.sagemaker.describe_model(ModelName=name)["Containers"]
    assert shown == {**CONTAINER, "Mode": "SingleModel", "Environment": {}}


def test_a_model_from_a_package_shows_the_package(cloud: Cloud) -> None:
    container = {"ModelPackageName": version(cloud, group(cloud), ModelApprovalStatus="Approved")}

    name = create(cloud, PrimaryContainer=container)

    shown = cloud.sagemaker.describe_model(ModelName=name)["PrimaryContainer"]
    assert shown == {**container, "Mode": "SingleModel", "Environment": {}}


def test_a_version_must_be_approved_to_become_a_model(cloud: Cloud) -> None:
    arn = version(cloud, group(cloud))

    with pytest.raises(ClientError, match=f"{arn} must be approved"):
        create(cloud, PrimaryContainer={"ModelPackageName": arn})


def test_an_additional_specification_is_chosen_by_its_name(cloud: Cloud) -> None:
    arn = version(
        cloud,
        group(cloud),
        ModelApprovalStatus="Approved",
        AdditionalInferenceSpecifications=[{"Name": "small", **specification(cloud)}],
    )

    create(cloud, PrimaryContainer={"ModelPackageName": arn, "InferenceSpecificationName": "small"})
    with pytest.raises(ClientError, match="has no inference specification large"):
        create(
            cloud,
            PrimaryContainer={"ModelPackageName": arn, "InferenceSpecificationName": "large"},
        )


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        ({}, "exactly one of PrimaryContainer and Containers"),
        (
            {"PrimaryContainer": CONTAINER, "Containers": [CONTAINER]},
            "exactly one of PrimaryContainer and Containers",
        ),
        ({"Containers": [CONTAINER, CONTAINER]}, "does not support models of several containers"),
        (
            {"Containers": [CONTAINER], "InferenceExecutionConfig": {"Mode": "Direct"}},
            "does not support invoking containers directly",
        ),
        ({"PrimaryContainer": {**CONTAINER, "Mode": "MultiModel"}}, "does not support MultiModel"),
        ({"PrimaryContainer": {"ModelPackageName": "x", **CONTAINER}}, "together with Image"),
        ({"PrimaryContainer": {}}, "Either Image or ModelPackageName"),
        ({"PrimaryContainer": folder(f"s3://{BUCKET}/x")}, "must end with a forward slash"),
        (
            {"PrimaryContainer": folder(f"s3://{BUCKET}/x/", compression="Gzip")},
            "Gzip needs S3DataType S3Object",
        ),
        ({"PrimaryContainer": folder(f"s3://{BUCKET}/nothing/")}, "Could not find model data"),
        ({"PrimaryContainer": folder(f"s3://{BUCKET}/no", "S3Object")}, "Could not find model"),
    ],
)
def test_containers_that_do_not_fit_are_refused(
    cloud: Cloud, request_: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ClientError, match=complaint):
        create(cloud, **request_)


def test_batch_transform_and_serverless_want_an_archive(cloud: Cloud) -> None:
    uri = cloud.put("unpacked/model/code/inference.py", "").removesuffix("code/inference.py")
    model = create(cloud, PrimaryContainer=folder(uri))
    serverless = {"MemorySizeInMB": 1024, "MaxConcurrency": 1}
    variant = {"VariantName": "a", "ModelName": model, "ServerlessConfig": serverless}

    with pytest.raises(ClientError, match="Batch transform does not support"):
        cloud.transform(model, "S3Prefix", f"s3://{BUCKET}/x/")
    with pytest.raises(ClientError, match="Serverless variants do not support"):
        cloud.sagemaker.create_endpoint_config(
            EndpointConfigName=new_name("config"), ProductionVariants=[variant]
        )
