"""A training job's metrics are in CloudWatch, as the SDK's analytics ask for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.sagemaker_engine import Cloud, client

NAMESPACE = "/aws/sagemaker/TrainingJobs"
ALGORITHM = {
    "MetricDefinitions": [
        {"Name": "valid:loss", "Regex": r"loss=(\S+)"},
        {"Name": "valid:accuracy", "Regex": r"accuracy=(\S+)"},
    ]
}
LINES = "print('loss=0.5 accuracy=0.25'); print('loss=0.25'); print('loss=nan'); print('loss=?')"


@pytest.fixture(scope="module")
def cloudwatch(moto_url: str) -> Any:
    return client("cloudwatch", moto_url)


def statistics(cloudwatch: Any, job: str, metric: str) -> dict[str, float]:
    now = datetime.now(UTC)
    (point,) = cloudwatch.get_metric_statistics(
        Namespace=NAMESPACE,
        MetricName=metric,
        Dimensions=[{"Name": "TrainingJobName", "Value": job}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=1),
        Period=7200,
        Statistics=["SampleCount", "Minimum", "Average", "Maximum"],
    )["Datapoints"]
    return {name: value for name, value in point.items() if isinstance(value, float)}


def test_every_value_that_the_log_shows_is_a_data_point(cloud: Cloud, cloudwatch: Any) -> None:
    job = cloud.train(LINES, algorithm=ALGORITHM)

    cloud.ended("training", job)

    loss = statistics(cloudwatch, job, "valid:loss")
    assert (loss["SampleCount"], loss["Minimum"], loss["Maximum"]) == (2, 0.25, 0.5)
    assert statistics(cloudwatch, job, "valid:accuracy")["Average"] == 0.25


def test_the_metrics_of_a_job_are_listed_by_its_name(cloud: Cloud, cloudwatch: Any) -> None:
    job = cloud.train(LINES, algorithm=ALGORITHM)

    cloud.ended("training", job)

    dimension = {"Name": "TrainingJobName", "Value": job}
    found = cloudwatch.list_metrics(Namespace=NAMESPACE, Dimensions=[dimension])["Metrics"]
    assert {metric["MetricName"] for metric in found} == {"valid:loss", "valid:accuracy"}
