"""A deployment over whose bucket `kennel predict s3://…` runs, and what its jobs write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

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
    "batches": {"instances": 0},
    "transform": {
        "transform_instance": "ml.m5.xlarge",
        "max_instances": 2,
        "max_image_mb": 20,
        "predict_from": "photos",
    },
}


def job(status: str, **more: Any) -> dict[str, Any]:
    """As SageMaker describes it."""
    resources = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}
    return {"TransformJobStatus": status, "TransformResources": resources, **more}


FAILED = job("Failed", FailureReason="no room")


def serve(service: Service, run: str, version: int) -> None:
    """From now on this run's model serves."""
    service.answers["GET /health"] = {**HEALTH, "serving": {"run": run, "version": version}}
    model = {"version": version, "digest": "d" * 64, "artifact": "s3://x"}
    service.answers[f"GET /runs/{run}"] = {"run": run, "model": model}


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


def begin(kennel: Kennel, s3: Any, service: Service, *words: str) -> list[dict[str, Any]]:
    """Agreed to, with a job that fails without any answer; the images that it was asked for."""
    service.answers["DescribeTransformJob"] = [MISSING, FAILED]
    result = kennel("predict", SOURCE, "--yes", *words)
    assert result.exit_code == 1, result.output
    assert "lack answers" in result.stderr
    service.answers["DescribeTransformJob"] = [FAILED, MISSING]
    return images(s3, keys(s3, "/input/part-00000.jsonl")[-1])
