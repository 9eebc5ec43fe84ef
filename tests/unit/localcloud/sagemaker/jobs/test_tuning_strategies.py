"""Hyperband, several definitions, warm starts: tuning jobs whose trials really run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.sagemaker_engine import Cloud
from tests.support.tuning_jobs import OBJECTIVE, QUADRATIC, RANGES, children, definition, tune

# As bad as lr in every epoch; a bad trial takes far longer than a good one.
EPOCHS = """
import argparse, time
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
lr = parser.parse_known_args()[0].lr
for epoch in range(9 if lr < 1 else 600):
    print(f"objective={lr}")
    time.sleep(0.01 if lr < 1 else 0.1)
"""
HYPERBAND = {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 9}}
ONE = {"MaxNumberOfTrainingJobs": 1}


def points(*values: str) -> dict[str, Any]:
    return {"CategoricalParameterRanges": [{"Name": "lr", "Values": list(values)}]}


def test_hyperband_stops_what_falls_behind_and_what_goes_on_for_too_long(cloud: Cloud) -> None:
    name = tune(
        cloud,
        EPOCHS,
        Strategy="Hyperband",
        StrategyConfig=HYPERBAND,
        ParameterRanges=points("0.4", "0.5", "2", "3"),
        limits={"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 4},
    )

    answer = cloud.ended("tuning", name)

    assert answer["HyperParameterTuningJobConfig"]["StrategyConfig"] == HYPERBAND
    trials = children(cloud, name)
    bad = [float(trial["TunedHyperParameters"]["lr"]) > 1 for trial in trials]
    assert 0 < sum(bad) < len(trials)
    for trial in trials:  # none of the bad ones may take its 60 seconds
        good = float(trial["TunedHyperParameters"]["lr"]) < 1
        assert trial["TrainingJobStatus"] in (["Completed", "Stopped"] if good else ["Stopped"])
    assert float(answer["BestTrainingJob"]["TunedHyperParameters"]["lr"]) < 1


def test_several_definitions_compete_for_one_best_trial(cloud: Cloud) -> None:
    metric = {"Name": "other", "Regex": "other=([0-9.e-]+)"}
    worse = definition(
        cloud,
        "print('other=5.0')",
        DefinitionName="worse",
        TuningObjective={**OBJECTIVE, "MetricName": "other"},
        HyperParameterRanges=points("1", "2"),
    )
    worse["AlgorithmSpecification"]["MetricDefinitions"] = [metric]
    better = definition(
        cloud,
        QUADRATIC,
        DefinitionName="better",
        TuningObjective=OBJECTIVE,
        HyperParameterRanges=points("1"),
    )

    name = tune_several(cloud, worse, better)

    answer = cloud.ended("tuning", name)
    assert answer["BestTrainingJob"]["TrainingJobDefinitionName"] == "better"
    assert {trial["TrainingJobDefinitionName"] for trial in children(cloud, name)} == {
        "worse",
        "better",
    }
    described = answer["TrainingJobDefinitions"]
    static = [item["StaticHyperParameters"]["_tuning_objective_metric"] for item in described]
    assert static == ["other", "objective"]


def tune_several(cloud: Cloud, *definitions: dict[str, Any]) -> str:
    """Without the members that only a job with one definition has."""
    name = f"several-{definitions[0]['DefinitionName']}"
    cloud.sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name,
        HyperParameterTuningJobConfig={
            "Strategy": "Bayesian",
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2},
        },
        TrainingJobDefinitions=list(definitions),
    )
    return name


@pytest.fixture(scope="module")
def parent(cloud: Cloud) -> tuple[str, dict[str, Any]]:
    """A tuning job that has found the optimum, and the definition of its trials."""
    trained = definition(cloud, QUADRATIC)
    name = tune(
        cloud,
        "",
        limits=ONE,
        ParameterRanges={
            "ContinuousParameterRanges": [
                {"Name": "lr", "MinValue": "0.9999", "MaxValue": "1.0001"}
            ]
        },
        request={"TrainingJobDefinition": trained},
    )
    cloud.ended("tuning", name)
    return name, trained


@pytest.mark.parametrize("kind", ["IdenticalDataAndAlgorithm", "TransferLearning"])
def test_a_warm_start_names_the_best_of_parents_and_children_alike(
    cloud: Cloud, parent: tuple[str, dict[str, Any]], kind: str
) -> None:
    older, trained = parent
    warm = {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": older}],
        "WarmStartType": kind,
    }
    request = {"TrainingJobDefinition": trained, "WarmStartConfig": warm}

    name = tune(cloud, "", limits=ONE, ParameterRanges=RANGES, request=request)

    answer = cloud.ended("tuning", name)
    assert answer["WarmStartConfig"] == warm
    assert answer["BestTrainingJob"]["TuningJobName"] == name
    if kind == "TransferLearning":
        assert "OverallBestTrainingJob" not in answer
    else:
        assert answer["OverallBestTrainingJob"]["TuningJobName"] == older


def test_a_tuning_that_does_not_improve_ends_and_tells_for_how_long(cloud: Cloud) -> None:
    criteria = {"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3}}

    name = tune(
        cloud,
        "print('objective=1.0')",
        TuningJobCompletionCriteria=criteria,
        limits={"MaxNumberOfTrainingJobs": 20, "MaxParallelTrainingJobs": 1},
    )

    answer = cloud.ended("tuning", name)
    assert len(children(cloud, name)) == 4
    details = answer["TuningJobCompletionDetails"]
    assert details["NumberOfTrainingJobsObjectiveNotImproving"] == 3
