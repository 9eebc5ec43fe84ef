"""`kennel predict s3://…`: listed once, agreed to once, and gone on with from wherever it was."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.support.cli_service import BUCKET, Kennel, Service

SOURCE = f"s3://{BUCKET}/images/old/"
MISSING = (
    400,
    {"__type": "ValidationException", "message": "Could not find requested job with name: x"},
)
HEALTH = {
    "service": "kennel",
    "stage": "test",
    "serving": {"run": "abcdefghij", "version": 3},
    "images": {"waiting": 0},
    "transform": {
        "transform_instance": "ml.m5.xlarge",
        "max_instances": 2,
        "max_image_mb": 20,
        "predict_from": "photos",
    },
}


@pytest.fixture
def serving(deployed: Service, s3: Any) -> Service:
    """A model serves, three objects lie there, and SageMaker has no job of theirs."""
    deployed.answers["GET /health"] = HEALTH
    model = {"version": 3, "digest": "d" * 64, "artifact": "s3://x"}
    deployed.answers["GET /runs/abcdefghij"] = {"run": "abcdefghij", "model": model}
    deployed.answers["DescribeTransformJob"] = MISSING
    deployed.answers["CreateTransformJob"] = {"TransformJobArn": "arn:aws:sagemaker:x"}
    for name in ("a.jpg", "b.jpg", "c.txt"):
        s3.put_object(Bucket=BUCKET, Key=f"images/old/{name}", Body=name.encode())
    s3.put_object(Bucket=BUCKET, Key="images/old/empty.jpg", Body=b"")
    return deployed


def keys(s3: Any, ending: str) -> list[str]:
    rows = s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return [row["Key"] for row in rows if row["Key"].endswith(ending)]


def read(s3: Any, key: str) -> bytes:
    body: bytes = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return body


def images(s3: Any, key: str) -> list[dict[str, Any]]:
    return [image for line in read(s3, key).splitlines() for image in json.loads(line)["images"]]


def answer(image: dict[str, Any], code: str | None = None) -> bytes:
    row = {
        "key": image["key"],
        "version": image["version"],
        "etag": image["etag"],
        "image": {"width": 1, "height": 1, "format": "JPEG"},
        "decision": None if code else "accept",
        "predictions": [],
        "error": {"code": code, "message": "later"} if code else None,
        "warnings": [],
        "predicted_at": "2026-11-24T18:00:00Z",
    }
    return json.dumps(row).encode() + b"\n"


def answers_of(s3: Any, attempt: int, answers: Sequence[bytes]) -> None:
    """What the job of an attempt writes."""
    (listed,) = keys(s3, "/listing.json")
    key = listed.replace("listing.json", f"attempts/{attempt}/answers/part-00000.jsonl.out")
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"".join(answers))


def created(service: Service) -> int:
    return [name for name, _ in service.requests].count("CreateTransformJob")


def test_without_anybody_to_ask_it_estimates_and_ends(
    kennel: Kennel, s3: Any, serving: Service
) -> None:
    result = kennel("predict", SOURCE)

    assert result.exit_code == 1
    assert "3 images (" in result.stderr
    assert "instance-hours" in result.stderr
    assert "give --yes to begin" in result.stderr
    assert created(serving) == 0


def test_a_job_is_begun_over_what_was_listed_and_its_rows_are_written(
    kennel: Kennel, s3: Any, serving: Service
) -> None:
    kennel("predict", SOURCE)
    (part,) = keys(s3, "/input/part-00000.jsonl")
    found = images(s3, part)
    failed = {"TransformJobStatus": "Failed", "FailureReason": "no room"}
    serving.answers["DescribeTransformJob"] = [MISSING, failed, failed]

    first = kennel("predict", SOURCE, "--yes")

    assert first.exit_code == 1, first.output
    assert "1 part of 1 lack answers: no room" in first.stderr
    assert created(serving) == 1
    assert [image["key"] for image in found] == [
        f"images/old/{n}" for n in ("a.jpg", "b.jpg", "c.txt")
    ]

    answers_of(s3, 0, [answer(image) for image in found])
    second = kennel("predict", SOURCE)

    assert second.exit_code == 0, second.output
    assert created(serving) == 1
    (rows,) = [key for key in keys(s3, "part-00000.jsonl") if key.startswith("predictions/_lake/")]
    assert [json.loads(row)["image"]["key"] for row in read(s3, rows).splitlines()] == [
        image["key"] for image in found
    ]


def test_rows_are_written_as_parquet_on_request(kennel: Kennel, s3: Any, serving: Service) -> None:
    kennel("predict", SOURCE, "--format", "parquet")
    (part,) = keys(s3, "/input/part-00000.jsonl")
    answers_of(s3, 0, [answer(image) for image in images(s3, part)])

    result = kennel("predict", SOURCE, "--format", "parquet")

    assert result.exit_code == 0, result.output
    (rows,) = keys(s3, "part-00000.parquet")
    table = pq.read_table(io.BytesIO(read(s3, rows)))
    assert table["key"].to_pylist() == [f"images/old/{n}" for n in ("a.jpg", "b.jpg", "c.txt")]


def test_only_what_has_no_answer_goes_into_a_further_job(
    kennel: Kennel, s3: Any, serving: Service
) -> None:
    kennel("predict", SOURCE)
    (part,) = keys(s3, "/input/part-00000.jsonl")
    one, two, three = images(s3, part)
    answers_of(s3, 0, [answer(one), answer(two, "unavailable")])
    ended = {"TransformJobStatus": "Completed"}
    serving.answers["DescribeTransformJob"] = [ended, MISSING, ended]

    result = kennel("predict", SOURCE, "--yes")

    assert "lack answers" in result.stderr
    (again,) = keys(s3, "attempts/1/input/part-00000.jsonl")
    assert images(s3, again) == [two, three]


def test_a_job_at_work_is_joined_and_stopped_on_request(
    kennel: Kennel, s3: Any, serving: Service
) -> None:
    serving.answers["DescribeTransformJob"] = [{"TransformJobStatus": "InProgress"}, MISSING]
    serving.answers["StopTransformJob"] = {}

    result = kennel("predict", SOURCE, "--stop")

    assert result.exit_code == 0, result.output
    assert "StopTransformJob" in [name for name, _ in serving.requests]


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
    kennel: Kennel, s3: Any, serving: Service, words: tuple[str, ...], sentence: str
) -> None:
    result = kennel("predict", *words)

    assert (result.exit_code, sentence in result.stderr) == (1, True), result.output
