"""Search finds jobs by their properties, in the wanted order, page by page."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.sagemaker_engine import Cloud, new_name

PRINT_LOSS = "import sys; print(f'loss={sys.argv[2]};')"
LOSS = {"MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+);"}]}


@pytest.fixture(scope="module")
def jobs(cloud: Cloud) -> tuple[str, list[str]]:
    """A tag's value, and the three jobs that carry it, with losses of 1, 2 and 3."""
    team = new_name("team")
    names = [
        cloud.train(
            PRINT_LOSS,
            hyperparameters={"lr": str(loss)},
            algorithm=LOSS,
            Tags=[{"Key": "team", "Value": team}],
        )
        for loss in (1, 2, 3)
    ]
    for name in names:
        cloud.ended("training", name)
    return team, names


def search(cloud: Cloud, team: str, *conditions: dict[str, str], **request: Any) -> list[str]:
    team_s = {"Name": "Tags.team", "Operator": "Equals", "Value": team}
    expression = {"Filters": [team_s, *conditions]}
    pages = cloud.sagemaker.get_paginator("search").paginate(
        Resource="TrainingJob", SearchExpression=expression, **request
    )
    return [found["TrainingJob"]["TrainingJobName"] for page in pages for found in page["Results"]]


def test_jobs_are_found_by_tag_and_metric_and_sorted(
    cloud: Cloud, jobs: tuple[str, list[str]]
) -> None:
    team, (_, second, third) = jobs
    good = {"Name": "Metrics.loss", "Operator": "GreaterThan", "Value": "1.5"}

    found = search(cloud, team, good, SortBy="Metrics.loss", SortOrder="Ascending")

    assert found == [second, third]


def test_the_latest_come_first_and_in_pages(cloud: Cloud, jobs: tuple[str, list[str]]) -> None:
    team, names = jobs

    found = search(cloud, team, SortBy="CreationTime", PaginationConfig={"PageSize": 2})

    assert found == names[::-1]


def test_the_number_of_hits_is_told_with_each_page(
    cloud: Cloud, jobs: tuple[str, list[str]]
) -> None:
    expression = {"Filters": [{"Name": "Tags.team", "Value": jobs[0]}]}

    page = cloud.sagemaker.search(Resource="TrainingJob", SearchExpression=expression, MaxResults=1)

    assert page["TotalHits"] == {"Value": 3, "Relation": "EqualTo"}
    assert len(page["Results"]) == 1
    assert page["Results"][0]["TrainingJob"]["Tags"] == [{"Key": "team", "Value": jobs[0]}]


def test_what_the_account_never_has_is_not_found(cloud: Cloud) -> None:
    assert cloud.sagemaker.search(Resource="Pipeline")["Results"] == []
    with pytest.raises(ClientError, match="does not support searching for HubContent"):
        cloud.sagemaker.search(Resource="HubContent")


def test_only_a_scalar_property_sorts(cloud: Cloud) -> None:
    for by in ("ResourceConfig", "Nothing"):
        with pytest.raises(ClientError, match="propert"):
            cloud.sagemaker.search(Resource="TrainingJob", SortBy=by)
