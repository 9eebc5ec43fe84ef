"""Runs put what they measure on trial components, and it can be read along either axis."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.experiments import component, experiment, trial
from tests.support.sagemaker_engine import Cloud, client

START = 1_763_632_800


@pytest.fixture(scope="module")
def metrics(cloud: Cloud) -> Any:
    return client("sagemaker-metrics", cloud.server.url)


@pytest.fixture(scope="module")
def measured(cloud: Cloud, metrics: Any) -> str:
    """A component with losses of 3, 1 and 2, each a minute and a step after the other."""
    name = component(cloud, trial(cloud, experiment(cloud)))
    for step, loss in enumerate((3.0, 1.0, 2.0)):
        data = {"MetricName": "loss", "Timestamp": START + 60 * step, "Step": step, "Value": loss}
        answer = metrics.batch_put_metrics(TrialComponentName=name, MetricData=[data])
        assert answer["Errors"] == []
    return name


def series(cloud: Cloud, metrics: Any, name: str, **query: Any) -> tuple[list[int], list[float]]:
    arn = cloud.sagemaker.describe_trial_component(TrialComponentName=name)["TrialComponentArn"]
    found = metrics.batch_get_metrics(
        MetricQueries=[{"MetricName": "loss", "ResourceArn": arn, **query}]
    )["MetricQueryResults"][0]
    assert found["Status"] == "Complete"
    return found["XAxisValues"], found["MetricValues"]


def test_describe_sums_the_measurements_up(cloud: Cloud, measured: str) -> None:
    [found] = cloud.sagemaker.describe_trial_component(TrialComponentName=measured)["Metrics"]

    assert found["MetricName"] == "loss"
    assert (found["Min"], found["Max"], found["Avg"]) == (1.0, 3.0, 2.0)
    assert (found["Last"], found["Count"]) == (2.0, 3)


def test_series_go_by_step_or_by_time(cloud: Cloud, metrics: Any, measured: str) -> None:
    steps = {"MetricStat": "Last", "Period": "IterationNumber", "XAxisType": "IterationNumber"}
    hours = {"MetricStat": "Max", "Period": "OneHour", "XAxisType": "Timestamp"}

    assert series(cloud, metrics, measured, **steps) == ([0, 1, 2], [3.0, 1.0, 2.0])
    assert series(cloud, metrics, measured, **steps, Start=1, End=1) == ([1], [1.0])
    assert series(cloud, metrics, measured, **hours) == ([START // 3600 * 3600], [3.0])


def test_a_component_that_is_not_there_measures_nothing(metrics: Any) -> None:
    data = {"MetricName": "loss", "Timestamp": START, "Value": 1.0}

    with pytest.raises(ClientError, match="Trial component 'no' does not exist"):
        metrics.batch_put_metrics(TrialComponentName="no", MetricData=[data])
