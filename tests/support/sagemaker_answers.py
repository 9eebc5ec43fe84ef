"""What SageMaker answers about jobs, in the shapes that boto3 gives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


ARN = "arn:aws:sagemaker:us-east-1:123456789012:"


def tuning(**found: Any) -> dict[str, Any]:
    return {
        "HyperParameterTuningJobName": "t",
        "HyperParameterTuningJobArn": ARN + "hyper-parameter-tuning-job/t",
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "ResourceLimits": {"MaxParallelTrainingJobs": 1},
        },
        "HyperParameterTuningJobStatus": "Completed",
        "CreationTime": NOON,
        "TrainingJobStatusCounters": {},
        "ObjectiveStatusCounters": {},
        **found,
    }


def best(**found: Any) -> dict[str, Any]:
    return {
        "TrainingJobName": "t-001",
        "TrainingJobArn": ARN + "training-job/t-001",
        "CreationTime": NOON,
        "TrainingJobStatus": "Completed",
        "TunedHyperParameters": {"lr": "0.003", "batch-size": '"64"', "odd": '"'},
        **found,
    }


def training(**found: Any) -> dict[str, Any]:
    return {
        "TrainingJobName": "f",
        "TrainingJobArn": ARN + "training-job/f",
        "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed",
        "ModelArtifacts": {"S3ModelArtifacts": "s3://bucket/model.tar.gz"},
        "AlgorithmSpecification": {"TrainingInputMode": "File"},
        "ResourceConfig": {"VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        "CreationTime": NOON,
        **found,
    }
