"""What is lost on its way is told, kept, or made up for by the next reconcile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.service import Service
from tests.support.stories import THIN, photos_in
from tests.support.waiting import eventually

EVENTS = Path(__file__).parents[1] / "events"
ON_EVENTS = (
    "on_dataset_uploaded",
    "on_preparation_ended",
    "on_tuning_ended",
    "on_training_ended",
    "on_transform_ended",
)


def function(name: str) -> str:
    return f"kennel-local-{name}"


def queue_url(service: Service, name: str) -> str:
    return str(service.client("sqs").get_queue_url(QueueName=function(name))["QueueUrl"])


def kept(service: Service) -> list[str]:
    """What lies in the queue of dead letters; it stays there, unseen for a while."""
    found = service.client("sqs").receive_message(
        QueueUrl=queue_url(service, "dead-letters"), MaxNumberOfMessages=10
    )
    return [message["Body"] for message in found.get("Messages", [])]


def test_events_that_no_function_understands_end_as_dead_letters(service: Service) -> None:
    for name in ON_EVENTS:
        event = json.dumps({"detail-type": "Damaged", "damaged": name})
        service.client("lambda").invoke(
            FunctionName=function(name), InvocationType="Event", Payload=event
        )
    letters: list[str] = []

    def look() -> bool | None:
        letters.extend(kept(service))
        return True if all(name in str(letters) for name in ON_EVENTS) else None

    assert eventually(look, within=60)


def test_an_upload_whose_event_was_lost_is_a_run_that_reconcile_judges(service: Service) -> None:
    event = json.loads((EVENTS / "on_dataset_uploaded.json").read_text())
    event["detail"]["bucket"]["name"] = service.bucket
    event["detail"]["object"]["key"] = "datasets/unheard.zip"
    record = {"requestPayload": event, "responsePayload": {"errorMessage": "no table"}}
    context = {"condition": "RetriesExhausted", "functionArn": function("on_dataset_uploaded")}

    service.client("sqs").send_message(
        QueueUrl=queue_url(service, "delivery-failures"),
        MessageBody=json.dumps({"version": "1.0", "requestContext": context, **record}),
    )

    assert "no table" in service.run_in("unheard", "preparing", within=60)["reason"]
    reconcile(service)
    assert "was deleted" in service.run_in("unheard", "rejected", within=60)["reason"]


def test_an_image_that_is_too_large_says_so_in_its_document(service: Service) -> None:
    service.put("images/huge.jpg", bytes(21 * 1024 * 1024))

    assert service.document("huge.jpg")["error"]["code"] == "too_large"


def test_old_logs_are_looked_for(service: Service) -> None:
    answer = service.client("lambda").invoke(FunctionName=function("expire_logs"), Payload=b"{}")

    assert "FunctionError" not in answer, answer["Payload"].read()


def test_an_image_that_could_not_be_taken_in_is_taken_in_after_all(service: Service) -> None:
    dropped = {"bucket": {"name": service.bucket}, "object": _object("images/untaken.jpg")}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": dropped}

    service.client("sqs").send_message(
        QueueUrl=queue_url(service, "images-failures"),
        MessageBody=json.dumps({"Records": [{"eventTime": "2026-11-24T00:00:00.000Z", **record}]}),
    )

    assert eventually(lambda: service.image("images/untaken.jpg"), within=60)


def _object(key: str) -> dict[str, Any]:
    return {"key": key, "size": 5, "eTag": "e", "versionId": "v", "sequencer": "00A0"}


@pytest.fixture
def silent(service: Service) -> Iterator[Service]:
    """SageMaker sends no events."""
    faults = f"{service.environment['AWS_ENDPOINT_URL_SAGEMAKER']}/faults"
    requests.post(faults, json={"events-lost": 1}, timeout=10).raise_for_status()
    yield service
    requests.post(faults, json={}, timeout=10).raise_for_status()


def reconcile(service: Service) -> None:
    """Sooner than its schedule; whatever keeps one from its end, the next makes up for."""
    service.client("lambda").invoke(FunctionName=function("reconcile"), Payload=b"{}")


def batches_at_work(service: Service) -> list[Any] | None:
    answer = service.client("sagemaker").list_transform_jobs(StatusEquals="InProgress")
    return list(answer["TransformJobSummaries"]) or None


def test_a_run_and_its_images_come_to_their_end_without_any_event(
    silent: Service, drawn: bytes
) -> None:
    silent.upload(drawn, "untold", **THIN)

    def look() -> dict[str, Any] | None:
        reconcile(silent)
        run = silent.run_of("untold")
        return run if run and run["state"] == "serving" else None

    run = eventually(look, within=150)
    photo = next(iter(photos_in(drawn).values()))
    silent.put("images/untold.jpg", photo)
    eventually(lambda: batches_at_work(silent), within=30)
    silent.put("images/waits.jpg", photo)  # until the first batch has ended

    def predicted() -> dict[str, Any] | None:
        reconcile(silent)
        return silent.json("predictions/waits.jpg.json")

    document = eventually(predicted, within=90)
    assert document["model"]["run"] == run["run"]
