"""Rules beyond the shapes: SageMaker's own, and the limits of one machine."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.sagemaker.api import rules
from localcloud.sagemaker.region.errors import ApiError
from tests.support.job_channels import channel, from_s3
from tests.support.sagemaker_engine import processing_request

TRANSFORM = {
    "TransformInput": {
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/x"}}
    }
}
TRAINING: dict[str, Any] = {
    "AlgorithmSpecification": {
        "TrainingImage": "image",
        "TrainingInputMode": "File",
        "ContainerEntrypoint": ["true"],
    },
    "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}


def test_payload_and_concurrency_have_a_common_limit() -> None:
    request = {**TRANSFORM, "MaxPayloadInMB": 20, "MaxConcurrentTransforms": 6}

    with pytest.raises(ApiError, match="must not exceed 100 MB"):
        rules.check_transform(request)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"InputDataConfig": [channel("a", "S3Prefix", "s3://b/x")] * 2}, "must be unique"),
        ({"InputDataConfig": [channel("a", "AugmentedManifestFile", "s3://b/x")]}, "ManifestFile"),
        (
            {"ResourceConfig": {"VolumeSizeInGB": 30, "InstanceGroups": []}},
            "use InstanceType and InstanceCount",
        ),
        ({"AlgorithmSpecification": {"AlgorithmName": "x", "TrainingInputMode": "File"}}, "Image"),
    ],
)
def test_training_requests_are_checked(changes: dict[str, Any], complaint: str) -> None:
    rules.check_training(TRAINING)

    with pytest.raises(ApiError, match=complaint):
        rules.check_training({**TRAINING, **changes})


@pytest.mark.parametrize(
    ("regex", "complaint"), [("loss=(", "is not valid"), ("loss=[0-9]+", "no capture group")]
)
def test_metric_expressions_must_capture_something(regex: str, complaint: str) -> None:
    definitions = [{"Name": "loss", "Regex": regex}]
    algorithm = {**TRAINING["AlgorithmSpecification"], "MetricDefinitions": definitions}

    with pytest.raises(ApiError, match=complaint):
        rules.check_training({**TRAINING, "AlgorithmSpecification": algorithm})


def test_inputs_of_processing_jobs_stay_below_their_folder() -> None:
    item = from_s3("x", "S3Prefix", "s3://b/x")
    item["S3Input"]["LocalPath"] = "/etc"

    with pytest.raises(ApiError, match="must lie below /opt/ml/processing/"):
        rules.check_processing(processing_request("x", "true", ProcessingInputs=[item]))
