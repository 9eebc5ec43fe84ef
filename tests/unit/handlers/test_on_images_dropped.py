from __future__ import annotations

import json
from typing import Any

import pytest

from handlers import on_images_dropped
from tests.events import recorded, replaced, without
from tests.fakes.services import Compose, fake_services
from tests.support.batch_story import waiting_images

EVENT = recorded("on_images_dropped")
NOTIFICATION: dict[str, Any] = json.loads(EVENT["Records"][0]["body"])
FIRST = EVENT["Records"][0]["messageId"]
NONE_FAILED: dict[str, object] = {"batchItemFailures": []}
FIRST_FAILED = {"batchItemFailures": [{"itemIdentifier": FIRST}]}


def with_body(body: object) -> dict[str, Any]:
    return replaced(EVENT, "Records.0.body", json.dumps(body))


def test_the_recorded_image_waits_under_its_decoded_key(compose: Compose) -> None:
    services = fake_services()
    compose(services)

    assert on_images_dropped.handler(EVENT, None) == NONE_FAILED

    [image] = waiting_images(services)
    assert image.key == "images/café red/100% dog.jpg"
    assert image.edition == "096fKKXTRTtl3on89fVO.nfljtsv6qko"


def test_a_key_whose_slashes_are_encoded_too_is_the_same_key(compose: Compose) -> None:
    services = fake_services()
    compose(services)

    event = with_body(replaced(NOTIFICATION, "Records.0.s3.object.key", "images%2Fa%2Fb.jpg"))
    on_images_dropped.handler(event, None)

    assert [image.key for image in waiting_images(services)] == ["images/a/b.jpg"]


def test_the_test_message_of_s3_brings_no_image(compose: Compose) -> None:
    services = fake_services()
    compose(services)

    answer = on_images_dropped.handler({"Records": [EVENT["Records"][1]]}, None)

    assert answer == NONE_FAILED
    assert waiting_images(services) == []


@pytest.mark.parametrize("missing", ["Records", "Records.0.messageId"])
def test_an_event_that_is_of_no_queue_raises(compose: Compose, missing: str) -> None:
    compose(fake_services())

    with pytest.raises(KeyError):
        on_images_dropped.handler(without(without(EVENT, "Records.0.body"), missing), None)


@pytest.mark.parametrize(
    "missing",
    [
        "Records",
        "Records.0.s3",
        "Records.0.s3.bucket",
        "Records.0.s3.bucket.name",
        "Records.0.s3.object",
        "Records.0.s3.object.key",
        "Records.0.s3.object.size",
        "Records.0.s3.object.eTag",
    ],
)
def test_a_notification_without_a_required_key_stays_in_the_queue(
    compose: Compose, missing: str
) -> None:
    services = fake_services()
    compose(services)

    answer = on_images_dropped.handler(with_body(without(NOTIFICATION, missing)), None)

    assert answer == FIRST_FAILED
    assert waiting_images(services) == []


@pytest.mark.parametrize("body", [None, [], 1, "text", {"Records": None}, {"Records": ["x"]}])
def test_a_message_of_another_form_stays_in_the_queue_and_keeps_no_other(
    compose: Compose, body: object
) -> None:
    services = fake_services()
    compose(services)
    event = with_body(body)
    event["Records"].append({**EVENT["Records"][0], "messageId": "sound"})

    assert on_images_dropped.handler(event, None) == FIRST_FAILED

    assert len(waiting_images(services)) == 1


def test_a_body_that_is_no_json_stays_in_the_queue(compose: Compose) -> None:
    compose(fake_services())

    assert on_images_dropped.handler(replaced(EVENT, "Records.0.body", "{"), None) == FIRST_FAILED


@pytest.mark.parametrize("missing", ["Records.0.body"])
def test_a_message_without_a_body_stays_in_the_queue(compose: Compose, missing: str) -> None:
    compose(fake_services())

    assert on_images_dropped.handler(without(EVENT, missing), None) == FIRST_FAILED


@pytest.mark.parametrize("key", ["predictions/a.jpg.json", "batches/x/input/00000", "image/a.jpg"])
def test_an_object_that_is_no_dropped_image_stays_in_the_queue(compose: Compose, key: str) -> None:
    compose(fake_services())

    event = with_body(replaced(NOTIFICATION, "Records.0.s3.object.key", key))

    assert on_images_dropped.handler(event, None) == FIRST_FAILED
