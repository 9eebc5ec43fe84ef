"""Whatever goes wrong ends with a state, a reason and a notice, and stops nothing else."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tests.support.service import Service
from tests.support.stories import THIN, with_damaged_images
from tests.support.waiting import eventually


class Mailbox:
    """What the topic has told so far."""

    def __init__(self, service: Service) -> None:
        sns, self._sqs = service.client("sns"), service.client("sqs")
        topic = next(
            t["TopicArn"] for t in sns.list_topics()["Topics"] if "kennel" in t["TopicArn"]
        )
        self._url = self._sqs.create_queue(QueueName="mailbox")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])
        self._letters: list[dict[str, Any]] = []

    def about(self, dataset: str, state: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
            for message in found.get("Messages", []):
                self._letters.append(json.loads(json.loads(message["Body"])["Message"]))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            wanted = (f"datasets/{dataset}.zip", state)
            return next(
                (one for one in self._letters if (one.get("dataset"), one.get("state")) == wanted),
                None,
            )

        return eventually(look)


@pytest.fixture(scope="module")
def mailbox(service: Service) -> Mailbox:
    return Mailbox(service)


def test_what_is_no_zip_is_refused_with_a_sentence(service: Service, mailbox: Mailbox) -> None:
    service.upload(b"this is no zip", "nozip")

    run = service.run_in("nozip", "rejected", within=30)

    assert run["reason"]
    assert mailbox.about("nozip", "rejected")["reason"] == run["reason"]
    report = service.json(f"runs/{run['run']}/dataset_report.json")
    assert report is not None
    assert report["accepted"] is False


def test_a_wrong_setting_beside_the_zip_is_refused(
    service: Service, mailbox: Mailbox, drawn: bytes
) -> None:
    service.upload(drawn, "badsetting", epochs="many")

    run = service.run_in("badsetting", "rejected", within=30)

    assert "epochs" in run["reason"]
    assert mailbox.about("badsetting", "rejected")


def test_images_that_no_decoder_takes_fail_the_preparation_with_its_sentence(
    service: Service, mailbox: Mailbox, drawn: bytes
) -> None:
    service.upload(with_damaged_images(drawn), "damaged", **THIN)

    run = service.run_in("damaged", "failed")

    assert run["timeline"][-2]["state"] == "preparing"
    assert "Traceback" not in run["reason"]
    assert mailbox.about("damaged", "failed")["reason"] == run["reason"]


def test_a_tuning_job_stopped_in_the_console_stops_its_run(
    service: Service, mailbox: Mailbox, drawn: bytes
) -> None:
    service.upload(drawn, "stopped", **{**THIN, "tuning_epochs": 500, "tuning_jobs": 50})
    run = service.run_in("stopped", "tuning")
    sagemaker = service.client("sagemaker")

    tuning = eventually(lambda: service.api.run(run["run"])["jobs"].get("tuning"))
    sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning)

    assert service.run_in("stopped", "stopped")["reason"]
    assert mailbox.about("stopped", "stopped")


def test_a_run_is_stopped_by_its_user(service: Service, mailbox: Mailbox, drawn: bytes) -> None:
    service.upload(drawn, "unwanted", **{**THIN, "views": 16})
    run = service.run_in("unwanted", "preparing", "tuning")

    service.api.stop(run["run"])

    assert service.run_in("unwanted", "stopped")["reason"] == "stopped on request"
    assert mailbox.about("unwanted", "stopped")


def test_weights_that_vanish_fail_the_training(
    service: Service, mailbox: Mailbox, drawn: bytes
) -> None:
    weights = squeezenet_weights()
    service.put("weights/squeezenet1_1.pth", weights)
    service.upload(drawn, "weightless", **{**THIN, "weights": "auto"})
    service.run_in("weightless", "tuning")
    service.client("s3").delete_object(Bucket=service.bucket, Key="weights/squeezenet1_1.pth")

    run = service.run_in("weightless", "failed")

    assert run["timeline"][-2]["state"] == "training"
    assert mailbox.about("weightless", "failed")["reason"] == run["reason"]


def test_a_test_split_that_vanishes_fails_the_evaluation(
    service: Service, mailbox: Mailbox, drawn: bytes
) -> None:
    service.upload(drawn, "testless", **THIN)
    run = service.run_in("testless", "training")
    s3 = service.client("s3")
    listed = s3.list_objects_v2(Bucket=service.bucket, Prefix=f"runs/{run['run']}/test/")
    for found in listed["Contents"]:
        s3.delete_object(Bucket=service.bucket, Key=found["Key"])

    run = service.run_in("testless", "failed")

    assert run["timeline"][-2]["state"] == "evaluating"
    assert mailbox.about("testless", "failed")["reason"] == run["reason"]


def squeezenet_weights() -> bytes:
    import torch
    import torchvision

    buffer = io.BytesIO()
    torch.save(torchvision.models.squeezenet1_1(weights=None).state_dict(), buffer)
    return buffer.getvalue()
