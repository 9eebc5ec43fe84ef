"""Tuning jobs of the engine, as small as they can be: one hyperparameter, a script of two lines."""

from __future__ import annotations

from typing import Any

from tests.support.sagemaker_engine import IMAGE, Cloud, new_name

QUADRATIC = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
arguments, _ = parser.parse_known_args()
print(f"objective={(arguments.lr - 1) ** 2:.6f}")
"""
METRIC = [{"Name": "objective", "Regex": "objective=([0-9.e-]+)"}]
OBJECTIVE = {"Type": "Minimize", "MetricName": "objective"}
RANGES = {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "-3", "MaxValue": "3"}]}
COPIED = ("RoleArn", "OutputDataConfig", "ResourceConfig", "StoppingCondition")


def tune(cloud: Cloud, script: str, **changes: Any) -> str:
    request = tuning_request(cloud, script, **changes)
    cloud.sagemaker.create_hyper_parameter_tuning_job(**request)
    return str(request["HyperParameterTuningJobName"])


def tuning_request(cloud: Cloud, script: str, **changes: Any) -> dict[str, Any]:
    """Changes are members of the job's configuration; `request` holds those of the request."""
    name = new_name("tune")
    limits = changes.pop("limits", {})
    request = changes.pop("request", {})
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": OBJECTIVE,
            "ResourceLimits": {
                "MaxNumberOfTrainingJobs": 4,
                "MaxParallelTrainingJobs": 2,
                **limits,
            },
            "ParameterRanges": RANGES,
            "RandomSeed": 1,
            **changes,
        },
        "TrainingJobDefinition": definition(cloud, script),
        "Tags": [{"Key": "team", "Value": "dogs"}],
        **request,
    }


def definition(cloud: Cloud, script: str, **changes: Any) -> dict[str, Any]:
    request = cloud.training_request(new_name("definition"), script)
    return {
        "StaticHyperParameters": request["HyperParameters"],
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": METRIC,
        },
        **{member: request[member] for member in COPIED},
        **changes,
    }


def children(cloud: Cloud, name: str, **wanted: Any) -> list[dict[str, Any]]:
    answer = cloud.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, **wanted
    )
    found: list[dict[str, Any]] = answer["TrainingJobSummaries"]
    return found
