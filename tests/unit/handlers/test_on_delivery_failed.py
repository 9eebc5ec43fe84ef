from __future__ import annotations

import json
from typing import Any

import pytest

from handlers import on_delivery_failed
from pipeline.names import RunId
from pipeline.run import Run
from tests.events import RUN, recorded, replaced, without
from tests.fakes.services import Compose, FakeServices, fake_services
from tests.support.batch_story import waiting_images
from tests.support.samples import run_in

EVENT = recorded("on_delivery_failed")
LETTER: dict[str, Any] = json.loads(EVENT["Records"][0]["body"])


def with_body(body: object) -> dict[str, Any]:
    return replaced(EVENT, "Records.0.body", json.dumps(body))


def handled(compose: Compose, event: dict[str, Any], *runs: Run) -> FakeServices:
    services = fake_services(*runs)
    compose(services)
    on_delivery_failed.handler(event, None)
    return services


def test_the_recorded_letter_is_kept_with_the_function_s_error(compose: Compose) -> None:
    run = run_in("preparing", id=RunId(RUN))

    services = handled(compose, EVENT, run)

    assert services.run(run) == run
    assert services.dead_letters.kept == [
        (
            EVENT["Records"][0]["body"],
            "kennel-test-on_preparation_ended: Unable to reach the table",
        )
    ]


def test_a_function_that_ran_out_of_time_has_no_error_but_a_condition(compose: Compose) -> None:
    run = run_in("preparing", id=RunId(RUN))

    services = handled(compose, with_body(without(LETTER, "responsePayload")), run)

    [(_, reason)] = services.dead_letters.kept
    assert "RetriesExhausted" in reason


def test_an_event_that_eventbridge_could_not_deliver_is_kept_with_its_reason(
    compose: Compose,
) -> None:
    run = run_in("training", id=RunId(RUN))
    event = with_body(recorded("on_training_ended"))
    message = {"stringValue": "no permission to invoke", "dataType": "String"}

    services = handled(
        compose, replaced(event, "Records.0.messageAttributes", {"ERROR_MESSAGE": message}), run
    )

    [(_, reason)] = services.dead_letters.kept
    assert "no permission to invoke" in reason


def test_a_letter_that_cannot_be_recorded_is_left_in_the_queue(compose: Compose) -> None:
    services = fake_services()
    services.images.break_remembering(ConnectionError("away"))
    compose(services)
    images = recorded("on_images_dropped")

    answer = on_delivery_failed.handler({"Records": images["Records"]}, None)

    [left] = answer["batchItemFailures"]
    assert left["itemIdentifier"] in {record["messageId"] for record in images["Records"]}
    assert len(services.dead_letters.kept) == 1


def test_a_schedule_that_could_not_be_kept_is_no_letter(compose: Compose) -> None:
    payload = replaced(LETTER, "requestPayload", recorded("reconcile"))

    services = handled(compose, with_body(payload))

    assert (services.dead_letters.kept, services.notices.published) == ([], [])


def test_a_lost_event_of_settings_is_told_and_makes_no_run(compose: Compose) -> None:
    event = replaced(recorded("on_dataset_uploaded"), "detail.object.key", "datasets/dogs.json")

    services = handled(compose, with_body(event))

    assert services.runs.all() == []
    assert services.notices.subjects == ["Kennel: an event could not be delivered"]


def test_a_lost_upload_is_seen_as_a_run(compose: Compose) -> None:
    services = handled(compose, with_body(recorded("on_dataset_uploaded")))

    [run] = services.runs.all()
    assert (run.state, run.upload.key) == ("preparing", "datasets/dogs + café.zip")


def test_a_lost_image_is_taken_in(compose: Compose) -> None:
    images = recorded("on_images_dropped")

    services = handled(compose, {"Records": images["Records"]})

    [image] = waiting_images(services)
    assert image.key == "images/café red/100% dog.jpg"
    assert len(services.dead_letters.kept) == 1  # S3's test message, which brings no image


@pytest.mark.parametrize("event", ["on_transform_ended", "on_part_predicted"])
def test_a_lost_event_of_a_batch_needs_nobody(compose: Compose, event: str) -> None:
    payload = recorded(event)
    if event == "on_transform_ended":
        name = "kennel-test-batch-klmnopqrst"
        payload = replaced(payload, "detail.TransformJobName", name)

    services = handled(compose, with_body(replaced(LETTER, "requestPayload", payload)))

    assert (services.dead_letters.kept, services.notices.published) == ([], [])


@pytest.mark.parametrize(
    "missing",
    [
        "requestPayload.detail",
        "requestPayload.detail-type",
        "requestPayload.detail.ProcessingJobName",
    ],
)
def test_a_damaged_event_keeps_the_reason_of_its_letter(compose: Compose, missing: str) -> None:
    services = handled(compose, with_body(without(LETTER, missing)))

    [(_, reason)] = services.dead_letters.kept
    assert reason == "kennel-test-on_preparation_ended: Unable to reach the table"


@pytest.mark.parametrize("missing", ["requestContext.functionArn", "requestContext.condition"])
def test_a_damaged_letter_is_kept_and_told(compose: Compose, missing: str) -> None:
    services = handled(compose, with_body(without(without(LETTER, "responsePayload"), missing)))

    assert [reason for _, reason in services.dead_letters.kept] == ["the event could not be read"]
    assert services.notices.subjects == ["Kennel: an event could not be delivered"]


@pytest.mark.parametrize("body", ["{", "null", "[]", '"text"'])
def test_a_letter_that_is_no_event_at_all_is_kept_and_told(compose: Compose, body: str) -> None:
    services = handled(compose, replaced(EVENT, "Records.0.body", body))

    assert [kept for kept, _ in services.dead_letters.kept] == [body]
    assert services.notices.subjects == ["Kennel: an event could not be delivered"]


@pytest.mark.parametrize("missing", ["Records", "Records.0.body", "Records.0.messageId"])
def test_an_event_that_is_of_no_queue_raises(compose: Compose, missing: str) -> None:
    with pytest.raises(KeyError):
        handled(compose, without(EVENT, missing))
