"""`kennel runs` for what `kennel predict s3://…` has begun."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.cli_service import Kennel, Service
from tests.support.lake_story import FAILED, MISSING, SOURCE, answer, answers_of, begin, job

BEGAN = datetime(2026, 11, 24, 18, tzinfo=UTC).timestamp()
ENDED = job("Completed", TransformStartTime=BEGAN, TransformEndTime=BEGAN + 3600)


@pytest.fixture
def begun(kennel: Kennel, s3: Any, lakes: Service) -> list[dict[str, Any]]:
    """Agreed to, and a job has failed; beside it there is no run."""
    lakes.answers["GET /runs"] = {"runs": []}
    return begin(kennel, s3, lakes)


def listed(kennel: Kennel) -> dict[str, Any]:
    (lake,) = json.loads(kennel("runs", "--json").stdout)["lakes"]
    found: dict[str, Any] = lake
    return found


def test_the_list_shows_state_images_and_cost(
    kennel: Kennel, begun: list[dict[str, Any]], lakes: Service
) -> None:
    lakes.answers["DescribeTransformJob"] = [job("InProgress"), MISSING]

    row = kennel("runs").stdout.splitlines()[-1]

    assert row.startswith("lake-k")
    for word in ("predicting", SOURCE, "0 of 3", "$0.00", "v3"):
        assert word in row


def test_what_a_job_came_to_is_shown_when_it_has_ended(
    kennel: Kennel, s3: Any, begun: list[dict[str, Any]], lakes: Service
) -> None:
    answers_of(s3, 0, [answer(image) for image in begun])
    lakes.answers["DescribeTransformJob"] = [ENDED, MISSING]

    followed = kennel("runs", "follow", "lake-")
    lake = listed(kennel)

    assert followed.exit_code == 0, followed.output
    assert (lake["state"], lake["outcomes"]) == ("done", {"accept": 3})
    assert lake["images"] == {"total": 3, "answered": 3}
    assert lake["spent"]["instance_hours"] == 1.0
    assert lake["spent"]["dollars"] == pytest.approx(0.23, abs=0.001)
    assert "3 accept" in kennel("runs", "show", lake["lake"]).stdout


def test_a_job_that_ended_while_nobody_watched_leaves_it_unfinished(
    kennel: Kennel, s3: Any, begun: list[dict[str, Any]], lakes: Service
) -> None:
    answers_of(s3, 0, [answer(image) for image in begun])
    lakes.answers["DescribeTransformJob"] = [ENDED, MISSING]

    lake = listed(kennel)

    assert (lake["state"], lake["images"]["answered"]) == ("unfinished", 3)


def test_following_what_has_no_answers_tells_how_to_go_on(
    kennel: Kennel, begun: list[dict[str, Any]], lakes: Service
) -> None:
    lakes.answers["DescribeTransformJob"] = [FAILED, MISSING, FAILED]

    result = kennel("runs", "follow", "lake-")

    assert result.exit_code == 1
    assert f"no room. `kennel predict {SOURCE}` asks for what is missing" in result.stderr


def test_its_job_is_stopped_by_its_name(
    kennel: Kennel, begun: list[dict[str, Any]], lakes: Service
) -> None:
    lakes.answers["DescribeTransformJob"] = [job("InProgress"), MISSING]

    result = kennel("runs", "stop", "lake-k")

    assert result.exit_code == 0, result.output
    assert "StopTransformJob" in [name for name, _ in lakes.requests]


def test_who_cannot_read_the_bucket_sees_runs_all_the_same(
    kennel: Kennel, deployed: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.answers["GET /runs"] = {"runs": []}
    monkeypatch.setenv("KENNEL_BUCKET", "of-somebody-else")

    result = kennel("runs")

    assert (result.exit_code, "starts one" in result.stdout) == (0, True), result.output
    assert "without those of s3://" in result.stderr


@pytest.mark.parametrize("word", ["show", "stop", "follow"])
def test_a_name_that_is_not_there_is_told(kennel: Kennel, lakes: Service, word: str) -> None:
    assert "`kennel runs` lists what there is" in kennel("runs", word, "lake-zzz").stderr
