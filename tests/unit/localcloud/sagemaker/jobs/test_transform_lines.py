"""Transform jobs over parts of lines: a line is a request, a part an output."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.sagemaker_engine import BUCKET, Cloud, new_name
from tests.support.transformed_images import INFERENCE
from tests.support.waiting import eventually

WHO = (
    "import os\n"
    "def model_fn(folder): return None\n"
    "def transform_fn(model, body, content_type, accept):\n"
    "    return body.decode() + ' by ' + os.path.dirname(os.environ['SAGEMAKER_BASE_DIR'])\n"
)
# The line that waits is answered once a file is there.
WAITING = (
    "import pathlib, time\n"
    "def model_fn(folder): return None\n"
    "def transform_fn(model, body, content_type, accept):\n"
    "    while body.startswith(b'/') and not pathlib.Path(body.decode()).exists():\n"
    "        time.sleep(0.01)\n"
    "    return body.decode()\n"
)

# The other worker's line makes that file.
MARKING = WAITING.replace(
    "    while",
    "    if body.startswith(b'make'): pathlib.Path(body.decode()[4:]).touch()\n    while",
)


def parts(cloud: Cloud, *contents: str) -> str:
    """Uploads part-00000.jsonl and so on; returns the prefix they share."""
    prefix = f"lines/{new_name('batch')}/input/"
    for number, text in enumerate(contents):
        cloud.put(f"{prefix}part-{number:05}.jsonl", text)
    return f"s3://{BUCKET}/{prefix}"


def transform_lines(
    cloud: Cloud, model: str, uri: str, *, instances: int = 1, **changes: Any
) -> str:
    return cloud.transform(
        model,
        "S3Prefix",
        uri,
        BatchStrategy="SingleRecord",
        TransformInput={
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
            "SplitType": "Line",
            "ContentType": "text/plain",
        },
        TransformOutput={"S3OutputPath": f"s3://{BUCKET}/out/{uri}", "AssembleWith": "Line"},
        TransformResources={"InstanceType": "ml.m5.xlarge", "InstanceCount": instances},
        **changes,
    )


def outputs(cloud: Cloud, uri: str) -> dict[str, bytes]:
    keys = cloud.keys(f"out/{uri}")
    return {key.rpartition("/")[2].removesuffix(".jsonl.out"): cloud.get(key) for key in keys}


def test_each_record_of_an_output_ends_with_a_newline(cloud: Cloud) -> None:
    uri = parts(cloud, "rex\nbello\n", "hasso")

    job = transform_lines(cloud, cloud.model(INFERENCE), uri)

    assert cloud.ended("transform", job)["TransformJobStatus"] == "Completed"
    found = {name: body.split(b"\n") for name, body in outputs(cloud, uri).items()}
    assert {name: len(lines) for name, lines in found.items()} == {"part-00000": 3, "part-00001": 2}
    assert [json.loads(line)["answer"] for line in found["part-00000"][:-1]] == ["rex*3", "bello*3"]


def test_parts_are_shared_out_to_the_instances_by_key(cloud: Cloud) -> None:
    uri = parts(cloud, "0", "1", "2", "3", "4")

    job = transform_lines(cloud, cloud.model(WHO), uri, instances=2)

    assert cloud.ended("transform", job)["TransformJobStatus"] == "Completed"
    who = {name: body.split(b" by ")[1] for name, body in outputs(cloud, uri).items()}
    assert len(who) == 5
    assert who["part-00000"] == who["part-00002"] == who["part-00004"]
    assert who["part-00001"] == who["part-00003"] != who["part-00000"]


def test_instances_count_towards_the_quota(cloud: Cloud) -> None:
    limit = cloud.sagemaker.exceptions.ResourceLimitExceeded

    with pytest.raises(limit, match="a request delta of 21 Instances"):
        transform_lines(cloud, cloud.model(WHO), parts(cloud, "0"), instances=21)


def test_a_record_that_fails_costs_its_part_alone(cloud: Cloud) -> None:
    uri = parts(cloud, "rex\nbroken\nhasso", "bello", "waldi")

    job = transform_lines(
        cloud,
        cloud.model(INFERENCE),
        uri,
        instances=2,
        ModelClientConfig={"InvocationsMaxRetries": 1, "InvocationsTimeoutInSeconds": 5},
    )

    assert cloud.ended("transform", job)["TransformJobStatus"] == "Failed"
    assert sorted(outputs(cloud, uri)) == ["part-00001", "part-00002"]


def test_the_payload_limit_is_a_records_and_not_a_parts(cloud: Cloud) -> None:
    short, long = "x" * 700_000, "y" * ((1 << 20) + 1)
    uri = parts(cloud, f"{short}\n{short}", f"a\n{long}")
    model = cloud.model(WHO)

    job = transform_lines(cloud, model, uri, MaxPayloadInMB=1)

    assert cloud.ended("transform", job)["FailureReason"].startswith("ClientError")
    assert sorted(outputs(cloud, uri)) == ["part-00000"]


def test_an_output_appears_when_its_part_ends(cloud: Cloud) -> None:
    mark = cloud.engine_folder / new_name("mark")
    uri = parts(cloud, "rex", str(mark))

    job = transform_lines(cloud, cloud.model(WAITING), uri, MaxConcurrentTransforms=1)

    eventually(lambda: sorted(outputs(cloud, uri)), ["part-00000"].__eq__)
    assert cloud.status("transform", job) == "InProgress"
    mark.touch()
    assert cloud.ended("transform", job)["TransformJobStatus"] == "Completed"
    assert sorted(outputs(cloud, uri)) == ["part-00000", "part-00001"]


def test_records_of_one_part_are_in_flight_together(cloud: Cloud) -> None:
    mark = cloud.engine_folder / new_name("mark")
    model = cloud.model(MARKING, SAGEMAKER_MODEL_SERVER_WORKERS="2")

    job = transform_lines(
        cloud, model, parts(cloud, f"{mark}\nmake{mark}"), MaxConcurrentTransforms=2
    )

    assert cloud.ended("transform", job)["TransformJobStatus"] == "Completed"
