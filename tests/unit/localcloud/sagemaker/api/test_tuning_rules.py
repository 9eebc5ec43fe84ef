"""Tuning requests that AWS refuses are refused here."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.sagemaker_engine import INSTANCE, Cloud
from tests.support.tuning_jobs import QUADRATIC, definition, tune

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
