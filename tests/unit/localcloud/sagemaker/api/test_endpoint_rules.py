"""Endpoint configurations: what they cannot ask for, alone or together."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.sagemaker_engine import BUCKET, IMAGE, Cloud, new_name

VARIANT = {"VariantName": "a", "InstanceType": "ml.m5.xlarge", "InitialInstanceCount": 1}
SERVERLESS = {
    "VariantName": "a",
    "ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1},
}
PLACE = {"S3OutputPath": f"s3://{BUCKET}/out"}
ASYNC = {"OutputConfig": PLACE}
TOLD = {"SuccessTopic": "arn:aws:sns:us-east-1:123456789012:x"}
CAPTURE = {
    "InitialSamplingPercentage": 100,
    "DestinationS3Uri": f"s3://{BUCKET}/captured",
    "CaptureOptions": [{"CaptureMode": "Input"}],
}


@pytest.fixture(scope="module")
def model(cloud: Cloud) -> str:
    name = new_name("model")
    cloud.sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn="arn:aws:iam::123456789012:role/sagemaker",
        PrimaryContainer={"Image": IMAGE},
    )
    return name


@pytest.mark.parametrize(
    ("variants", "request_", "complaint"),
    [
        ([VARIANT, VARIANT], {}, "must be unique"),
        ([{**VARIANT, "ManagedInstanceScaling": {"Status": "ENABLED"}}], {}, "number of instances"),
        ([VARIANT], {"ShadowProductionVariants": [VARIANT]}, "ShadowProductionVariants"),
        ([SERVERLESS, {**SERVERLESS, "VariantName": "b"}], {}, "one variant only"),
        ([SERVERLESS], {"AsyncInferenceConfig": ASYNC}, "do not support AsyncInferenceConfig"),
        ([VARIANT], {"AsyncInferenceConfig": {"OutputConfig": {}}}, "give S3OutputPath"),
        (
            [VARIANT],
            {"AsyncInferenceConfig": ASYNC, "DataCaptureConfig": CAPTURE},
            "data capture of asynchronous endpoints",
        ),
        (
            [VARIANT],
            {
                "AsyncInferenceConfig": {
                    "OutputConfig": {
                        **PLACE,
                        "NotificationConfig": {
                            **TOLD,
                            "IncludeInferenceResponseIn": ["SUCCESS_NOTIFICATION_TOPIC"],
                        },
                    }
                }
            },
            "responses in notifications",
        ),
    ],
)
def test_what_does_not_go_is_refused(
    cloud: Cloud,
    model: str,
    variants: list[dict[str, Any]],
    request_: dict[str, Any],
    complaint: str,
) -> None:
    with pytest.raises(ClientError, match=complaint):
        cloud.sagemaker.create_endpoint_config(
            EndpointConfigName=new_name("config"),
            ProductionVariants=[{**variant, "ModelName": model} for variant in variants],
            **request_,
        )


def test_deployments_are_all_at_once(cloud: Cloud, model: str) -> None:
    name = new_name("config")
    cloud.sagemaker.create_endpoint_config(
        EndpointConfigName=name, ProductionVariants=[{**VARIANT, "ModelName": model}]
    )
    rolling = {
        "RollingUpdatePolicy": {
            "MaximumBatchSize": {"Type": "INSTANCE_COUNT", "Value": 1},
            "WaitIntervalInSeconds": 60,
        }
    }

    with pytest.raises(ClientError, match="all traffic moves at once"):
        cloud.sagemaker.create_endpoint(
            EndpointName=new_name("endpoint"), EndpointConfigName=name, DeploymentConfig=rolling
        )
