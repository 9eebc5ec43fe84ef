"""Transform jobs: one request per object through a real model server."""

from __future__ import annotations

import json

from tests.support.sagemaker_engine import BUCKET, Cloud, new_name
from tests.support.transformed_images import INFERENCE, images
from tests.support.waiting import eventually


def test_every_object_below_the_prefix_gets_an_output(cloud: Cloud) -> None:
    uri = images(cloud, a="rex", b="bello")

    job = cloud.transform(cloud.model(INFERENCE), "S3Prefix", uri, MaxConcurrentTransforms=2)

    assert cloud.ended("transform", job)["TransformJobStatus"] == "Completed"
    assert cloud.keys(f"transformed/{job}/") == [
        f"transformed/{job}/input/a.jpg.out",
        f"transformed/{job}/input/b.jpg.out",
    ]
    answer = json.loads(cloud.get(f"transformed/{job}/input/a.jpg.out"))
    assert answer == {"answer": "rex*3", "batch": "true"}


def test_one_broken_object_fails_the_job_and_not_the_others(cloud: Cloud) -> None:
    uri = images(cloud, a="rex", b="broken", c="bello")

    job = cloud.transform(
        cloud.model(INFERENCE),
        "S3Prefix",
        uri,
        ModelClientConfig={"InvocationsMaxRetries": 0, "InvocationsTimeoutInSeconds": 5},
    )

    answer = cloud.ended("transform", job)
    assert answer["TransformJobStatus"] == "Failed"
    assert answer["FailureReason"] == "AlgorithmError: See job logs for more information"
    names = [key.rpartition("/")[2] for key in cloud.keys(f"transformed/{job}/")]
    assert names == ["a.jpg.out", "c.jpg.out"]
    log = "\n".join(cloud.log("TransformJobs", job))
    assert "input/b.jpg: Bad HTTP status received from algorithm: 500" in log
    assert "ValueError: not an image" in log


def test_a_manifest_names_the_objects_and_a_missing_one_is_a_client_error(cloud: Cloud) -> None:
    prefix = images(cloud, a="rex", b="unlisted")
    manifest = json.dumps([{"prefix": prefix}, "a.jpg", "gone.jpg"])
    uri = cloud.put(f"manifests/{new_name('manifest')}", manifest)

    job = cloud.transform(cloud.model(INFERENCE), "ManifestFile", uri)

    answer = cloud.ended("transform", job)
    assert answer["FailureReason"] == "ClientError: See job logs for more information"
    assert cloud.keys(f"transformed/{job}/") == [f"transformed/{job}/input/a.jpg.out"]


def test_objects_of_one_name_keep_their_folders(cloud: Cloud) -> None:
    prefix = images(cloud)
    key = prefix.removeprefix(f"s3://{BUCKET}/")
    cloud.put(f"{key}one/x.jpg", "1")
    cloud.put(f"{key}two/x.jpg", "2")

    job = cloud.transform(cloud.model(INFERENCE), "S3Prefix", prefix)

    cloud.ended("transform", job)
    outputs = [
        name.removeprefix(f"transformed/{job}/") for name in cloud.keys("transformed/" + job)
    ]
    assert outputs == ["input/one/x.jpg.out", "input/two/x.jpg.out"]


def test_an_object_beyond_the_payload_limit_fails_alone(cloud: Cloud) -> None:
    uri = images(cloud, a="rex", b="x" * (1 << 20) + "x")

    job = cloud.transform(cloud.model(INFERENCE), "S3Prefix", uri, MaxPayloadInMB=1)

    answer = cloud.ended("transform", job)
    assert answer["FailureReason"].startswith("ClientError")
    assert len(cloud.keys(f"transformed/{job}/")) == 1


def test_lines_are_sent_one_by_one_and_joined_again(cloud: Cloud) -> None:
    uri = cloud.put(f"lines/{new_name('file')}.txt", "rex\nbello\n")
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}
    out = f"s3://{BUCKET}/lines-out"

    job = cloud.transform(
        cloud.model(INFERENCE),
        "S3Prefix",
        uri,
        BatchStrategy="SingleRecord",
        TransformInput={"DataSource": source, "SplitType": "Line", "ContentType": "text/plain"},
        TransformOutput={"S3OutputPath": out, "AssembleWith": "Line"},
    )

    assert cloud.ended("transform", job)["TransformJobStatus"] == "Completed"
    (key,) = cloud.keys("lines-out/")
    lines = [json.loads(line)["answer"] for line in cloud.get(key).splitlines()]
    assert lines == ["rex*3", "bello*3"]


def test_a_model_that_cannot_be_loaded_fails_the_job(cloud: Cloud) -> None:
    model = cloud.model("def model_fn(folder):\n    raise RuntimeError('no weights')\n")

    job = cloud.transform(model, "S3Prefix", images(cloud, a="rex"))

    answer = cloud.ended("transform", job)
    assert answer["FailureReason"].startswith("AlgorithmError: The container for the model did")
    assert any("no weights" in line for line in cloud.log("TransformJobs", job))


def test_several_workers_share_the_work(cloud: Cloud) -> None:
    # Both must be at work before one answers: each waits until it sees the other's mark.
    inference = (
        "import os, pathlib, time\n"
        "def model_fn(folder):\n"
        "    return pathlib.Path(folder)\n"
        "def transform_fn(folder, body, content_type, accept):\n"
        "    (folder / f'worker-{os.getpid()}').touch()\n"
        "    due = time.monotonic() + 20\n"
        "    while len(list(folder.glob('worker-*'))) < 2 and time.monotonic() < due:\n"
        "        time.sleep(0.01)\n"
        "    return str(len(list(folder.glob('worker-*'))))\n"
    )
    model = cloud.model(inference, SAGEMAKER_MODEL_SERVER_WORKERS="2")

    job = cloud.transform(
        model, "S3Prefix", images(cloud, a="rex", b="bello"), MaxConcurrentTransforms=2
    )

    cloud.ended("transform", job)
    assert [cloud.get(key) for key in cloud.keys(f"transformed/{job}/")] == [b"2", b"2"]


def test_a_stopped_job_does_not_wait_for_a_model_that_hangs(cloud: Cloud) -> None:
    inference = (
        "import time\n"
        "def model_fn(folder): return None\n"
        "def transform_fn(model, body, content_type, accept):\n"
        "    print('thinking', flush=True)\n"
        "    time.sleep(600)\n"
    )
    job = cloud.transform(cloud.model(inference), "S3Prefix", images(cloud, a="rex"))
    eventually(lambda: cloud.log("TransformJobs", job), lambda lines: "thinking" in lines)

    cloud.sagemaker.stop_transform_job(TransformJobName=job)

    assert cloud.ended("transform", job, seconds=20)["TransformJobStatus"] == "Stopped"
