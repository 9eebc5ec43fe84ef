"""The tuning job: trials train a head on the features that the preparation computed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
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
from pipeline.aws.job_requests.volumes import tuning_gb
from pipeline.job_images import image_on
from pipeline.names import TRIAL_OUTPUTS, run_key, uri
from pipeline.run import Run
from pipeline.search_space import Interval, SearchSpace
from pipeline.settings import Settings
from pipeline.structured_rules import as_text

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.literals import (
        HyperParameterTuningJobStrategyTypeType,
        TrainingJobEarlyStoppingTypeType,
    )
    from mypy_boto3_sagemaker.type_defs import (
        ContinuousParameterRangeTypeDef,
        CreateHyperParameterTuningJobRequestTypeDef,
        HyperbandStrategyConfigTypeDef,
        HyperParameterTrainingJobDefinitionTypeDef,
        HyperParameterTuningJobConfigTypeDef,
        ParameterRangesTypeDef,
    )

# SageMaker's lower bound on the time of a whole tuning job.
LEAST_TUNING_SECONDS = 120

SCRIPT = "training_code/trial.py"
# The hyperparameter that stands for a search where every one of them is fixed.
ONLY = "batch-size"


def tuning_request(run: Run, settings: Settings) -> CreateHyperParameterTuningJobRequestTypeDef:
    return {
        "HyperParameterTuningJobName": run.job_name("tuning", settings),
        "HyperParameterTuningJobConfig": _search(run, settings),
        "TrainingJobDefinition": _trial(run, settings),
        "Tags": tags(settings, "tuning", run.id),
    }


def _search(run: Run, settings: Settings) -> HyperParameterTuningJobConfigTypeDef:
    chosen = run.settings
    config: HyperParameterTuningJobConfigTypeDef = {
        "Strategy": cast("HyperParameterTuningJobStrategyTypeType", chosen.strategy.capitalize()),
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": OBJECTIVE},
        "ResourceLimits": {
            "MaxNumberOfTrainingJobs": chosen.tuning_jobs,
            "MaxParallelTrainingJobs": min(chosen.tuning_parallel, chosen.tuning_jobs),
            "MaxRuntimeInSeconds": max(settings.max_runtime_seconds, LEAST_TUNING_SECONDS),
        },
        "ParameterRanges": parameter_ranges(chosen.space),
        "TrainingJobEarlyStoppingType": cast(
            "TrainingJobEarlyStoppingTypeType", chosen.early_stopping.capitalize()
        ),
        "RandomSeed": chosen.seed,
    }
    if chosen.strategy == "hyperband":
        epochs: HyperbandStrategyConfigTypeDef = {
            "MinResource": 1,
            "MaxResource": chosen.tuning_epochs,
        }
        config["StrategyConfig"] = {"HyperbandStrategyConfig": epochs}
    return config


def parameter_ranges(space: SearchSpace) -> ParameterRangesTypeDef:
    """Bounds are strings in SageMaker's API. It wants to search something, if only one value."""
    listed = space.listed
    if not listed and not space.intervals:
        listed = {ONLY: (space.fixed[ONLY],)}
    return {
        "ContinuousParameterRanges": [_continuous(*item) for item in space.intervals.items()],
        "CategoricalParameterRanges": [
            {"Name": name, "Values": list(values)} for name, values in listed.items()
        ],
    }


def _backbone(run: Run) -> dict[str, str]:
    """Whose features a trial reads, unless the search chooses."""
    chosen = run.settings.backbone
    return encoded({"backbone": chosen}) if isinstance(chosen, str) else {}


def _static(space: SearchSpace) -> Mapping[str, str]:
    if space.listed or space.intervals:
        return space.fixed
    return {name: value for name, value in space.fixed.items() if name != ONLY}


def _continuous(name: str, interval: Interval) -> ContinuousParameterRangeTypeDef:
    return {
        "Name": name,
        "MinValue": interval.least,
        "MaxValue": interval.most,
        "ScalingType": "Logarithmic" if interval.by_magnitude else "Linear",
    }


def _trial(run: Run, settings: Settings) -> HyperParameterTrainingJobDefinitionTypeDef:
    return {
        "StaticHyperParameters": {
            **script_parameters("tuning", SCRIPT, run, settings),
            **encoded_texts(_static(run.settings.space)),
            **encoded(
                {
                    "epochs": run.settings.tuning_epochs,
                    "seed": run.settings.seed,
                    "rules": as_text(run.settings.rules),
                    "recorder": as_text(run.settings.recorder),
                }
            ),
            **_backbone(run),
        },
        "AlgorithmSpecification": {
            "TrainingImage": image_on(settings.tuning_instance, settings.training_image),
            "TrainingInputMode": "File",
            "MetricDefinitions": metric_definitions(),
        },
        "RoleArn": settings.role_arn,
        "InputDataConfig": [features_channel(run.id, settings)],
        "OutputDataConfig": {"S3OutputPath": uri(settings.bucket, run_key(run.id, TRIAL_OUTPUTS))},
        "ResourceConfig": training_resources(settings.tuning_instance, tuning_gb(run)),
        "StoppingCondition": {"MaxRuntimeInSeconds": settings.max_runtime_seconds},
    }
