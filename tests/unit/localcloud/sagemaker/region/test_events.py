"""State changes reach the event bus with exactly the keys and spellings that AWS documents."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.sagemaker.api.server import SageMakerServer
from localcloud.sagemaker.region.event_details import capitals
from localcloud.sagemaker.region.faults import Faults
from tests.support.documented_events import (
    Event,
    assert_documented,
)
from tests.support.endpoints import config, in_service
from tests.support.job_channels import channel, from_s3, to_s3
from tests.support.sagemaker_engine import ACCOUNT, BUCKET, REGION, Cloud, new_name
from tests.support.transformed_images import INFERENCE, images
from tests.support.tuning_jobs import QUADRATIC, tune
from tests.support.waiting import eventually


def arrived(received: Any, kind: str, name: str, status: str) -> Event:
    """The event about that status, as soon as it is there."""

    def found() -> list[Event]:
        return [
            event
            for event in received()
            if event["detail"].get(f"{kind}Name") == name
            and event["detail"].get(f"{kind}Status") == status
        ]

    return eventually(found, len)[-1]


def test_training_events_carry_times_as_text(cloud: Cloud) -> None:
    uri = f"{cloud.put('events/a', 'x').removesuffix('a')}"
    with cloud.recorded_events() as received:
        job = cloud.train("print(1)", InputDataConfig=[channel("train", "S3Prefix", uri)])

        event = arrived(received, "TrainingJob", job, "Completed")

    assert_documented(event)
    assert event["source"] == "aws.sagemaker"
    assert event["resources"] == [f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/{job}"]
    assert event["detail"]["CreationTime"].isdigit()
    assert len(event["detail"]["TrainingEndTime"]) == len("1763638000000")
    assert event["detail"]["SecondaryStatus"] == "Completed"
    assert event["detail"]["Tags"] == {}


def test_every_secondary_state_is_announced(cloud: Cloud) -> None:
    job = new_name("train")
    with cloud.recorded_events(TrainingJobName=job) as received:
        cloud.train("print(1)", name=job)
        arrived(received, "TrainingJob", job, "Completed")

        states = [event["detail"]["SecondaryStatus"] for event in received()]

    assert states == ["Starting", "Downloading", "Training", "Uploading", "Completed"]


def test_a_failed_job_tells_its_reason(cloud: Cloud) -> None:
    with cloud.recorded_events() as received:
        job = cloud.train("raise SystemExit(1)")

        event = arrived(received, "TrainingJob", job, "Failed")

    assert event["detail"]["FailureReason"].startswith("AlgorithmError")


def test_processing_events_shout_and_count_milliseconds(cloud: Cloud) -> None:
    uri = cloud.put("events/listed", json.dumps([{"prefix": f"s3://{BUCKET}/events/"}, "listed"]))
    with cloud.recorded_events() as received:
        job = cloud.process(
            "true",
            ProcessingInputs=[from_s3("zip", "ManifestFile", uri)],
            ProcessingOutputConfig={"Outputs": [to_s3("x", f"s3://{BUCKET}/x", "Continuous")]},
        )

        event = arrived(received, "ProcessingJob", job, "Completed")

    assert_documented(event)
    detail = event["detail"]
    source = detail["ProcessingInputs"][0]["S3Input"]
    assert (source["S3DataType"], source["S3InputMode"]) == ("MANIFEST_FILE", "FILE")
    assert source["S3DataDistributionType"] == "FULLYREPLICATED"
    output = detail["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]
    assert output["S3UploadMode"] == "CONTINUOUS"
    assert isinstance(detail["ProcessingEndTime"], int)
    assert "Tags" not in detail


def test_tuning_events_hide_the_best_job_and_bend_the_arn(cloud: Cloud) -> None:
    with cloud.recorded_events() as received:
        name = tune(cloud, QUADRATIC, limits={"MaxNumberOfTrainingJobs": 1})

        event = arrived(received, "HyperParameterTuningJob", name, "Completed")
        children = [e for e in received() if "TuningJobArn" in e["detail"]]

    assert_documented(event)
    assert event["resources"] == [f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:tuningJob/{name}"]
    assert "BestTrainingJob" not in event["detail"]
    assert event["detail"]["CreationTime"].isdigit()
    assert event["detail"]["TrainingJobStatusCounters"]["Completed"] == 1
    assert {e["detail-type"] for e in children} == {"SageMaker Training Job State Change"}


def test_transform_events_carry_iso_times(cloud: Cloud) -> None:
    with cloud.recorded_events() as received:
        job = cloud.transform(cloud.model(INFERENCE), "S3Prefix", images(cloud, a="rex"))

        event = arrived(received, "TransformJob", job, "Completed")

    assert_documented(event)
    assert event["detail"]["TransformEndTime"].endswith("Z")
    assert event["detail"]["MaxPayloadInMB"] == 6


def test_endpoint_events_spell_the_status_differently(cloud: Cloud) -> None:
    name, config_name = new_name("endpoint"), config(cloud, "!")
    with cloud.recorded_events() as received:
        cloud.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config_name)
        in_service(cloud, name, config_name)

        event = arrived(received, "Endpoint", name, "IN_SERVICE")

    assert_documented(event)
    assert isinstance(event["detail"]["CreationTime"], float)
    cloud.sagemaker.delete_endpoint(EndpointName=name)


def test_capitals_break_words_only_where_aws_does() -> None:
    assert capitals("InService", broken=True) == "IN_SERVICE"
    assert capitals("FullyReplicated", broken=False) == "FULLYREPLICATED"


@pytest.fixture
def unruly(moto_url: str, tmp_path: Path) -> Iterator[Cloud]:
    server = SageMakerServer(
        folder=tmp_path,
        aws_endpoint_url=moto_url,
        region=REGION,
        account=ACCOUNT,
        faults=Faults(events_twice=1, events_late=0.5),
    )
    server.start()
    yield Cloud(moto_url, server, tmp_path)
    server.stop()


def test_shuffled_events_come_twice_and_out_of_order(unruly: Cloud) -> None:
    job = new_name("shuffled")
    with unruly.recorded_events(TrainingJobName=job) as received:
        unruly.train("print(1)", name=job)

        events = eventually(received, lambda found: len(found) == 10)

    states = [event["detail"]["SecondaryStatus"] for event in events]
    assert set(Counter(states).values()) == {2}
    order = ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert states != sorted(states, key=order.index)
