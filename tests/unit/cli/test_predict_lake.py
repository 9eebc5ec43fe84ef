"""`kennel predict s3://…`: listed once, agreed to once, and gone on with from wherever it was."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.support.cli_service import BUCKET, Kennel, Service
from tests.support.lake_story import (
    FAILED,
    MISSING,
    SOURCE,
    answer,
    answers_of,
    begin,
    created,
    images,
    job,
    keys,
    read,
    serve,
)

LISTED = [f"images/old/{name}" for name in ("a.jpg", "b.jpg", "c.txt")]


def test_without_anybody_to_ask_it_estimates_and_ends(
    kennel: Kennel, s3: Any, lakes: Service
) -> None:
    result = kennel("predict", SOURCE)

    assert result.exit_code == 1
    assert "3 images (" in result.stderr
    assert "instance-hours" in result.stderr
    assert "give --yes to begin" in result.stderr
    assert created(lakes) == 0


def test_a_job_is_begun_over_what_was_listed_and_its_rows_are_written(
    kennel: Kennel, s3: Any, lakes: Service
) -> None:
    found = begin(kennel, s3, lakes)

    assert created(lakes) == 1
    assert [image["key"] for image in found] == LISTED

    answers_of(s3, 0, [answer(image) for image in found])
    second = kennel("predict", SOURCE)

    assert second.exit_code == 0, second.output
    assert created(lakes) == 1
    (rows,) = [key for key in keys(s3, "part-00000.jsonl") if key.startswith("predictions/_lake/")]
    assert [json.loads(row)["image"]["key"] for row in read(s3, rows).splitlines()] == LISTED


def test_rows_are_written_as_parquet_on_request(kennel: Kennel, s3: Any, lakes: Service) -> None:
    found = begin(kennel, s3, lakes, "--format", "parquet")
    answers_of(s3, 0, [answer(image) for image in found])

    result = kennel("predict", SOURCE, "--format", "parquet")

    assert result.exit_code == 0, result.output
    (rows,) = keys(s3, "part-00000.parquet")
    assert pq.read_table(io.BytesIO(read(s3, rows)))["key"].to_pylist() == LISTED


def test_only_what_has_no_answer_goes_into_a_further_job(
    kennel: Kennel, s3: Any, lakes: Service
) -> None:
    one, two, three = begin(kennel, s3, lakes)
    answers_of(s3, 0, [answer(one), answer(two, "unavailable")])
    ended = job("Completed")
    lakes.answers["DescribeTransformJob"] = [FAILED, MISSING, ended]

    result = kennel("predict", SOURCE)

    assert "lack answers" in result.stderr
    (again,) = keys(s3, "attempts/1/input/part-00000.jsonl")
    assert images(s3, again) == [two, three]


def test_a_job_at_work_is_stopped_on_request(kennel: Kennel, s3: Any, lakes: Service) -> None:
    begin(kennel, s3, lakes)
    lakes.answers["DescribeTransformJob"] = [job("InProgress"), MISSING]

    result = kennel("predict", SOURCE, "--stop")

    assert result.exit_code == 0, result.output
    assert "StopTransformJob" in [name for name, _ in lakes.requests]


def test_what_was_begun_with_a_model_is_gone_on_with_by_the_same(
    kennel: Kennel, s3: Any, lakes: Service
) -> None:
    found = begin(kennel, s3, lakes)
    answers_of(s3, 0, [answer(image) for image in found])
    serve(lakes, "newerrunab", 4)

    result = kennel("predict", SOURCE)

    assert result.exit_code == 0, result.output
    assert "the model it began with, version 3" in result.stderr
    (rows,) = [key for key in keys(s3, "part-00000.jsonl") if key.startswith("predictions/_lake/")]
    assert {json.loads(row)["model"]["version"] for row in read(s3, rows).splitlines()} == {3}


def test_what_has_ended_is_done_anew_by_another_model_or_on_request(
    kennel: Kennel, s3: Any, lakes: Service
) -> None:
    answers_of(s3, 0, [answer(image) for image in begin(kennel, s3, lakes)])
    assert kennel("predict", SOURCE).exit_code == 0
    assert kennel("predict", SOURCE).exit_code == 0
    assert created(lakes) == 1

    begin(kennel, s3, lakes, "--again")

    assert created(lakes) == 2


def test_what_has_lost_its_state_begins_anew(kennel: Kennel, s3: Any, lakes: Service) -> None:
    begin(kennel, s3, lakes)
    s3.delete_object(Bucket=BUCKET, Key=keys(s3, "/input/part-00000.jsonl")[-1])
    lakes.answers["DescribeTransformJob"] = [FAILED, MISSING, FAILED, MISSING, MISSING, FAILED]

    result = kennel("predict", SOURCE, "--yes")

    assert "taken its state: it begins anew" in result.stderr
    assert created(lakes) == 2


def test_a_listing_whose_parts_have_expired_is_made_again(
    kennel: Kennel, s3: Any, lakes: Service
) -> None:
    kennel("predict", SOURCE)
    s3.delete_object(Bucket=BUCKET, Key=keys(s3, "/input/part-00000.jsonl")[0])

    assert [image["key"] for image in begin(kennel, s3, lakes)] == LISTED


def test_instances_that_batches_have_are_not_asked_for_again(
    kennel: Kennel, s3: Any, lakes: Service
) -> None:
    lakes.answers["GET /health"] |= {"batches": {"instances": 2}}

    result = kennel("predict", SOURCE, "--yes")

    assert "all instances that max_instances allows" in result.stderr
    assert created(lakes) == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("s3://elsewhere/dogs/",), "--param predict_from=photos,elsewhere/dogs"),
        (("s3://elsewhere/dogs",), "--param predict_from=photos,elsewhere/dogs"),
        (("s3:///dogs/",), "is no address in S3"),
        ((SOURCE, "--to", f"{SOURCE}rows/"), "name another --to"),
        ((SOURCE, "a.jpg"), "give it alone"),
        ((SOURCE, "--format", "csv"), "is jsonl or parquet"),
        (("a.jpg", "--yes"), "are for s3://bucket/prefix/ alone"),
        ((f"s3://{BUCKET}/images/none",), "holds nothing to predict"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(
    kennel: Kennel, s3: Any, lakes: Service, words: tuple[str, ...], sentence: str
) -> None:
    result = kennel("predict", *words)

    assert (result.exit_code, sentence in result.stderr) == (1, True), result.output
