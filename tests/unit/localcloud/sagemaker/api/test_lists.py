"""Lists are sorted and filtered as asked, or refused: never answered as if nothing was asked."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.sagemaker_engine import Cloud
from tests.support.tuning_jobs import children, tune

LAST_IS_BEST = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
lr = parser.parse_known_args()[0].lr
if lr > 0:
    print(f"objective={1 / lr:.6f}")
"""
GRID = {"CategoricalParameterRanges": [{"Name": "lr", "Values": ["1", "2", "4", "-1"]}]}


def test_jobs_are_sorted_by_their_state(cloud: Cloud) -> None:
    failed = cloud.process("false", name="by-state-1")
    good = [cloud.process("true", name=f"by-state-{number}") for number in (2, 3)]
    for name in (failed, *good):
        cloud.ended("processing", name)

    found = cloud.sagemaker.list_processing_jobs(
        NameContains="by-state", SortBy="Status", SortOrder="Ascending"
    )["ProcessingJobSummaries"]

    assert [job["ProcessingJobName"] for job in found] == [*good, failed]


@pytest.mark.parametrize(
    ("member", "value", "why"),
    [
        ("WarmPoolStatusEquals", "Available", "this machine keeps no warm pools"),
        (
            "TrainingPlanArnEquals",
            "arn:aws:sagemaker:us-east-1:123456789012:training-plan/spring",
            "leave it out",
        ),
    ],
)
def test_a_filter_that_is_not_there_is_refused(
    cloud: Cloud, member: str, value: str, why: str
) -> None:
    with pytest.raises(ClientError, match=f"does not support {member} in lists: {why}"):
        cloud.sagemaker.list_training_jobs(**{member: value})


@pytest.fixture(scope="module")
def tuned(cloud: Cloud) -> str:
    name = tune(
        cloud,
        LAST_IS_BEST,
        Strategy="Grid",
        ParameterRanges=GRID,
        limits={"MaxNumberOfTrainingJobs": 4},
    )
    cloud.ended("tuning", name)
    return name


def test_trials_are_sorted_by_name_upwards_unless_told_otherwise(cloud: Cloud, tuned: str) -> None:
    names = [child["TrainingJobName"] for child in children(cloud, tuned)]

    assert names == sorted(names)
    assert len(names) == 4


def test_trials_by_objective_leave_out_those_without_one(cloud: Cloud, tuned: str) -> None:
    def values(**wanted: Any) -> list[str]:
        found = children(cloud, tuned, SortBy="FinalObjectiveMetricValue", **wanted)
        return [child["TunedHyperParameters"]["lr"] for child in found]

    assert values() == ["4", "2", "1"]
    assert values(SortOrder="Descending") == ["1", "2", "4"]


def test_trials_say_which_tuning_job_launched_them(cloud: Cloud, tuned: str) -> None:
    assert {child["TuningJobName"] for child in children(cloud, tuned)} == {tuned}
