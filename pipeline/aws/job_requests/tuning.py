"""The tuning job: trials train a head on the features that the preparation computed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pipeline.aws.job_requests.channels import features_channel
from pipeline.aws.job_requests.metrics import OBJECTIVE, metric_definitions
from pipeline.aws.job_requests.script import (
    encoded,
    encoded_texts,
    script_parameters,
    training_resources,
)
from pipeline.aws.job_requests.tags import tags
from pipeline.names import run_key, uri
from pipeline.run import Run
from pipeline.search_space import Interval, SearchSpace
from pipeline.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.literals import (
        TrainingJobEarlyStoppingTypeType,
    )
    from mypy_boto3_sagemaker.type_defs import (
        ContinuousParameterRangeTypeDef,
        CreateHyperParameterTuningJobRequestTypeDef,
        HyperParameterTrainingJobDefinitionTypeDef,
        ParameterRangesTypeDef,
    )

# SageMaker's lower bound on the time of a whole tuning job.
LEAST_TUNING_SECONDS = 120

SCRIPT = "training_code/trial.py"


def tuning_request(run: Run, settings: Settings) -> CreateHyperParameterTuningJobRequestTypeDef:
    space = SearchSpace.of(run.settings)
    return {
        "HyperParameterTuningJobName": run.job_name("tuning", settings),
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": OBJECTIVE},
            "ResourceLimits": {
                "MaxNumberOfTrainingJobs": run.settings.tuning_jobs,
                "MaxParallelTrainingJobs": _parallel(run),
                "MaxRuntimeInSeconds": max(settings.max_runtime_seconds, LEAST_TUNING_SECONDS),
            },
            "ParameterRanges": parameter_ranges(space),
            "TrainingJobEarlyStoppingType": cast(
                "TrainingJobEarlyStoppingTypeType", run.settings.early_stopping.capitalize()
            ),
            "RandomSeed": run.settings.seed,
        },
        "TrainingJobDefinition": _trial(run, space, settings),
        "Tags": tags(settings, "tuning", run.id),
    }


def parameter_ranges(space: SearchSpace) -> ParameterRangesTypeDef:
    """Bounds are strings in SageMaker's API."""
    return {
        "ContinuousParameterRanges": [_continuous(*item) for item in space.intervals.items()],
        "CategoricalParameterRanges": [
            {"Name": name, "Values": list(values)} for name, values in space.listed.items()
        ],
    }


def _parallel(run: Run) -> int:
    return min(run.settings.tuning_parallel, run.settings.tuning_jobs)


def _continuous(name: str, interval: Interval) -> ContinuousParameterRangeTypeDef:
    return {
        "Name": name,
        "MinValue": interval.least,
        "MaxValue": interval.most,
        "ScalingType": "Logarithmic" if interval.by_magnitude else "Linear",
    }


def _trial(
    run: Run, space: SearchSpace, settings: Settings
) -> HyperParameterTrainingJobDefinitionTypeDef:
    return {
        "StaticHyperParameters": {
            **script_parameters("tuning", SCRIPT, run, settings),
            **encoded_texts(space.fixed),
            **encoded({"epochs": run.settings.tuning_epochs, "seed": run.settings.seed}),
        },
        "AlgorithmSpecification": {
            "TrainingImage": settings.training_image,
            "TrainingInputMode": "File",
            "MetricDefinitions": metric_definitions(),
        },
        "RoleArn": settings.role_arn,
        "InputDataConfig": [features_channel(run.id, settings)],
        "OutputDataConfig": {"S3OutputPath": uri(settings.bucket, run_key(run.id, "tuning/"))},
        "ResourceConfig": training_resources(settings.tuning_instance),
        "StoppingCondition": {"MaxRuntimeInSeconds": settings.max_runtime_seconds},
    }
