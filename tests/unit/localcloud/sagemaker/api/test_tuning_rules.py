"""Tuning requests that AWS refuses are refused here."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.sagemaker_engine import INSTANCE, Cloud
from tests.support.tuning_jobs import OBJECTIVE, QUADRATIC, RANGES, definition, tune

CHEAP = {**INSTANCE, "InstanceType": "ml.c5.xlarge"}
PREFERRED = {"AllocationStrategy": "Prioritized", "InstanceConfigs": [CHEAP, INSTANCE]}


def with_resources(cloud: Cloud, **resources: Any) -> dict[str, Any]:
    found = definition(cloud, QUADRATIC, **resources)
    if "ResourceConfig" not in resources:
        del found["ResourceConfig"]
    return {"TrainingJobDefinition": found}


@pytest.mark.parametrize("resources", [INSTANCE, PREFERRED], ids=["one instance", "several"])
def test_trials_run_on_the_first_instances_of_the_tuning_s_own_resources(
    cloud: Cloud, resources: dict[str, Any]
) -> None:
    request = with_resources(cloud, HyperParameterTuningResourceConfig=resources)

    name = tune(cloud, QUADRATIC, request=request, limits={"MaxNumberOfTrainingJobs": 1})

    answer = cloud.ended("tuning", name)
    assert answer["HyperParameterTuningJobStatus"] == "Completed"
    wanted = CHEAP if resources is PREFERRED else INSTANCE
    trial = cloud.describe("training", answer["BestTrainingJob"]["TrainingJobName"])
    assert trial["ResourceConfig"] == wanted
    described = answer["TrainingJobDefinition"]
    assert described["HyperParameterTuningResourceConfig"] == resources
    assert described["ResourceConfig"] == wanted


@pytest.mark.parametrize(
    ("resources", "complaint"),
    [
        ({}, "Exactly one of ResourceConfig and HyperParameterTuningResourceConfig"),
        (
            {"ResourceConfig": INSTANCE, "HyperParameterTuningResourceConfig": PREFERRED},
            "Exactly one of ResourceConfig and HyperParameterTuningResourceConfig",
        ),
        (
            {"HyperParameterTuningResourceConfig": {**PREFERRED, "InstanceCount": 1}},
            "InstanceConfigs cannot be specified together with",
        ),
        (
            {"HyperParameterTuningResourceConfig": {"InstanceType": "ml.m5.xlarge"}},
            "needs InstanceConfigs, or InstanceType",
        ),
        (
            {
                "HyperParameterTuningResourceConfig": {
                    **INSTANCE,
                    "AllocationStrategy": "Prioritized",
                }
            },
            "AllocationStrategy can be specified only",
        ),
    ],
)
def test_resources_that_contradict_each_other_are_refused(
    cloud: Cloud, resources: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ClientError, match=complaint):
        tune(cloud, QUADRATIC, request=with_resources(cloud, **resources))


HYPERBAND = {"Strategy": "Hyperband", "StrategyConfig": {"HyperbandStrategyConfig": {}}}


def hyperband(least: int, most: int) -> dict[str, Any]:
    resources = {"MinResource": least, "MaxResource": most}
    return {**HYPERBAND, "StrategyConfig": {"HyperbandStrategyConfig": resources}}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (HYPERBAND, "MaxResource parameter is not provided and could not be inferred"),
        ({**hyperband(1, 9), "TrainingJobEarlyStoppingType": "Auto"}, "must be Off"),
        (hyperband(5, 4), r"at least MinResource \(5\)"),
        (hyperband(1, 20001), "at most 20000"),
        ({"StrategyConfig": hyperband(1, 9)["StrategyConfig"]}, "only for strategy Hyperband"),
        (
            {
                "TuningJobCompletionCriteria": {
                    "ConvergenceDetected": {"CompleteOnConvergence": "Enabled"}
                }
            },
            "does not support ConvergenceDetected: use BestObjectiveNotImproving",
        ),
        ({"request": {"Autotune": {"Mode": "Enabled"}}}, "does not support Autotune"),
        (
            {"HyperParameterTuningJobObjective": {**OBJECTIVE, "MetricName": "other"}},
            "Provide a metric in the metric definitions: other is not among them",
        ),
        (
            {
                "ParameterRanges": {
                    "CategoricalParameterRanges": [{"Name": "sagemaker_program", "Values": ["a"]}]
                }
            },
            "both static and tuned: .'sagemaker_program'.",
        ),
    ],
)
def test_strategies_and_criteria_that_do_not_fit_are_refused(
    cloud: Cloud, changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ClientError, match=complaint):
        tune(cloud, QUADRATIC, **changes)


def test_hyperband_takes_the_most_from_a_fixed_number_of_epochs(cloud: Cloud) -> None:
    found = definition(cloud, QUADRATIC)
    found["StaticHyperParameters"]["epochs"] = "27"

    name = tune(cloud, "", **HYPERBAND, request={"TrainingJobDefinition": found})

    assert cloud.ended("tuning", name)["HyperParameterTuningJobStatus"] == "Completed"


OWN = {"DefinitionName": "a", "TuningObjective": OBJECTIVE, "HyperParameterRanges": RANGES}


@pytest.mark.parametrize(
    ("definitions", "complaint"),
    [
        ([OWN, OWN], "DefinitionName of each of the TrainingJobDefinitions must be unique"),
        ([{"DefinitionName": "a", "TuningObjective": OBJECTIVE}], "needs HyperParameterRanges"),
        (
            [
                OWN,
                {
                    **OWN,
                    "DefinitionName": "b",
                    "TuningObjective": {**OBJECTIVE, "Type": "Maximize"},
                },
            ],
            "TuningObjective of the same Type",
        ),
    ],
)
def test_definitions_that_cannot_compete_are_refused(
    cloud: Cloud, definitions: list[dict[str, Any]], complaint: str
) -> None:
    limits = {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1}

    with pytest.raises(ClientError, match=complaint):
        cloud.sagemaker.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName="several",
            HyperParameterTuningJobConfig={"Strategy": "Random", "ResourceLimits": limits},
            TrainingJobDefinitions=[definition(cloud, QUADRATIC, **own) for own in definitions],
        )


def test_a_list_of_definitions_leaves_no_room_for_ranges_of_the_job(cloud: Cloud) -> None:
    request = {"TrainingJobDefinitions": [definition(cloud, QUADRATIC, **OWN)]}

    with pytest.raises(ClientError, match="Exactly one of TrainingJobDefinition and"):
        tune(cloud, QUADRATIC, request=request)


FEW = {
    "IntegerParameterRanges": [{"Name": "epochs", "MinValue": "1", "MaxValue": "3"}],
    "CategoricalParameterRanges": [{"Name": "lr", "Values": ["0.1", "0.2"]}],
}


@pytest.mark.parametrize("strategy", ["Bayesian", "Random"])
def test_more_trials_than_there_are_values_to_try_are_refused(cloud: Cloud, strategy: str) -> None:
    complaint = (
        r"You don't have enough combinations of hyperparameter ranges. .* \[6.0\] must be equal or "
        r"greater than the value of MaxNumberOfJobs, \[7\]"
    )

    with pytest.raises(ClientError, match=complaint):
        tune(
            cloud,
            QUADRATIC,
            Strategy=strategy,
            ParameterRanges=FEW,
            limits={"MaxNumberOfTrainingJobs": 7},
        )
