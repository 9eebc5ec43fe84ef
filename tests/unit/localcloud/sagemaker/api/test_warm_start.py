"""Tuning jobs that nothing may be learned from are refused as parents."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.sagemaker_engine import Cloud
from tests.support.tuning_jobs import OBJECTIVE, QUADRATIC, RANGES, definition, tune

INTEGERS = {"IntegerParameterRanges": [{"Name": "lr", "MinValue": "1", "MaxValue": "300"}]}
MANY = {f"option-{number}": "1" for number in range(11)}


@pytest.fixture(scope="module")
def parent(cloud: Cloud) -> str:
    found = definition(cloud, QUADRATIC)
    found["StaticHyperParameters"].update(MANY)
    name = tune(
        cloud, "", limits={"MaxNumberOfTrainingJobs": 1}, request={"TrainingJobDefinition": found}
    )
    cloud.ended("tuning", name)
    return name


def warm(cloud: Cloud, *parents: str, kind: str = "TransferLearning", **changes: Any) -> None:
    """Asks for a tuning job that starts from these; what has changed since is told."""
    static = {**MANY, **changes.pop("static", {})}
    found = definition(cloud, QUADRATIC, **changes.pop("definition", {}))
    found["StaticHyperParameters"].update(static)
    start = {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": p} for p in parents],
        "WarmStartType": kind,
    }
    request = {"TrainingJobDefinition": found, "WarmStartConfig": start}
    tune(cloud, "", request=request, **{"ParameterRanges": RANGES, **changes})


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (
            {"HyperParameterTuningJobObjective": {**OBJECTIVE, "Type": "Maximize"}},
            "objective must be the same",
        ),
        ({"static": {"one-more": "1"}}, "total number of static and tunable"),
        ({"ParameterRanges": INTEGERS}, r"type of \['lr'\] must be the same"),
        ({"static": dict.fromkeys(MANY, "2")}, "at most 10 may"),
        (
            {
                "kind": "IdenticalDataAndAlgorithm",
                "definition": {
                    "InputDataConfig": [
                        {
                            "ChannelName": "train",
                            "DataSource": {
                                "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/x"}
                            },
                        }
                    ]
                },
            },
            "Input data and training image must be those of the parent",
        ),
    ],
)
def test_what_differs_too_much_from_its_parent_is_refused(
    cloud: Cloud, parent: str, changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ClientError, match=complaint):
        warm(cloud, parent, **changes)


def test_a_parent_must_exist_and_be_named_once(cloud: Cloud, parent: str) -> None:
    with pytest.raises(ClientError, match="can't find a tuning job with the name nobody"):
        warm(cloud, "nobody")
    with pytest.raises(ClientError, match="must be different"):
        warm(cloud, parent, parent)


def test_a_parent_must_have_ended(cloud: Cloud) -> None:
    running = tune(cloud, "import time; time.sleep(60)")

    with pytest.raises(ClientError, match="must be in a terminal state, and is InProgress"):
        warm(cloud, running)

    cloud.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=running)
    cloud.ended("tuning", running)
