"""Endpoints answer through SageMaker Runtime from a model server that stays up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.endpoints import INFERENCE, config, in_service, served
from tests.support.model_packages import group, specification, version
from tests.support.sagemaker_engine import ROLE, Cloud, new_name
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def endpoint(cloud: Cloud) -> Iterator[str]:
    name, config_name = new_name("endpoint"), config(cloud, "!")
    cloud.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config_name)
    in_service(cloud, name, config_name)
    yield name
    cloud.sagemaker.delete_endpoint(EndpointName=name)


def test_the_model_answers_through_the_runtime(cloud: Cloud, endpoint: str) -> None:
    answer = cloud.runtime.invoke_endpoint(
        EndpointName=endpoint, Body=b"rex", ContentType="application/x-image"
    )

    assert answer["Body"].read() == b"rex!"
    assert answer["ContentType"] == "text/plain"
    assert answer["InvokedProductionVariant"] == "AllTraffic"


def test_an_error_of_the_model_is_a_model_error(cloud: Cloud, endpoint: str) -> None:
    with pytest.raises(ClientError) as caught:
        cloud.runtime.invoke_endpoint(EndpointName=endpoint, Body=b"broken")

    response: dict[str, Any] = dict(caught.value.response)
    assert response["Error"]["Code"] == "ModelError"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert response["OriginalStatusCode"] == 500
    assert "not an image" in response["OriginalMessage"]


def test_an_update_replaces_the_model(cloud: Cloud) -> None:
    name, first, second = new_name("endpoint"), config(cloud, "1"), config(cloud, "2")
    cloud.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=first)
    in_service(cloud, name, first)

    cloud.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=second)

    in_service(cloud, name, second)
    body = cloud.runtime.invoke_endpoint(EndpointName=name, Body=b"rex")["Body"]
    assert body.read() == b"rex2"
    cloud.sagemaker.delete_endpoint(EndpointName=name)


def test_a_deleted_endpoint_is_unknown(cloud: Cloud) -> None:
    name, config_name = new_name("endpoint"), config(cloud, "!")
    cloud.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config_name)
    in_service(cloud, name, config_name)

    cloud.sagemaker.delete_endpoint(EndpointName=name)

    cloud.sagemaker.get_waiter("endpoint_deleted").wait(
        EndpointName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 20}
    )
    with pytest.raises(ClientError, match="not found"):
        cloud.runtime.invoke_endpoint(EndpointName=name, Body=b"rex")


def test_a_model_that_cannot_be_loaded_fails_the_endpoint(cloud: Cloud) -> None:
    name, config_name = new_name("endpoint"), new_name("config")
    variant = {"VariantName": "v", "ModelName": cloud.model("raise OSError('no weights')")}
    variant |= {"InstanceType": "ml.m5.xlarge"}
    cloud.sagemaker.create_endpoint_config(
        EndpointConfigName=config_name, ProductionVariants=[{**variant, "InitialInstanceCount": 1}]
    )

    cloud.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config_name)

    answer = eventually(
        lambda: cloud.sagemaker.describe_endpoint(EndpointName=name),
        lambda found: found["EndpointStatus"] == "Failed",
    )
    assert "ping health check" in answer["FailureReason"]
    assert any("no weights" in line for line in cloud.log(f"Endpoints/{name}", "v"))
    with pytest.raises(ClientError, match="is not in service"):
        cloud.sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=name,
            DesiredWeightsAndCapacities=[{"VariantName": "v", "DesiredWeight": 1}],
        )


def test_an_approved_version_of_the_registry_serves(cloud: Cloud) -> None:
    served_by = specification(cloud, INFERENCE.replace("{version}", " of 1"))
    arn = version(
        cloud, group(cloud), InferenceSpecification=served_by, ModelApprovalStatus="Approved"
    )
    model, config_name = new_name("model"), new_name("config")
    cloud.sagemaker.create_model(
        ModelName=model, ExecutionRoleArn=ROLE, PrimaryContainer={"ModelPackageName": arn}
    )
    variant = {"VariantName": "v", "ModelName": model, "InstanceType": "ml.m5.xlarge"}
    cloud.sagemaker.create_endpoint_config(
        EndpointConfigName=config_name, ProductionVariants=[{**variant, "InitialInstanceCount": 1}]
    )

    with served(cloud, config_name) as name:
        answer = cloud.runtime.invoke_endpoint(EndpointName=name, Body=b"rex")

    assert answer["Body"].read() == b"rex of 1"
