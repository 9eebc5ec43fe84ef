"""S3's events have the fields, the spellings and the numbers that AWS documents."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote_plus

import pytest

from localcloud.aws.s3_events import ObjectChange, eventbridge_event, notification
from tests.support.fixture_service import Deployed

KEY = "a folder/ä+b 100%.jpg"


def change(**settings: Any) -> ObjectChange:
    defaults: dict[str, Any] = {
        "name": "ObjectCreated:Put",
        "bucket": "b",
        "key": KEY,
        "size": 5,
        "etag": "e",
        "version": "v",
    }
    return ObjectChange(**defaults | settings)


def test_a_notification_encodes_the_key_as_a_form_but_leaves_slashes() -> None:
    body = notification(change(), "images")["Records"][0]["s3"]["object"]

    assert body["key"] == "a+folder/%C3%A4%2Bb+100%25.jpg"
    assert unquote_plus(body["key"]) == KEY


def test_an_eventbridge_event_leaves_the_key_as_it_is() -> None:
    assert eventbridge_event(change())["detail"]["object"]["key"] == KEY


def test_both_events_spell_etag_and_version_in_their_own_way() -> None:
    notified = notification(change(), "images")["Records"][0]["s3"]["object"]
    detail = eventbridge_event(change())["detail"]["object"]

    assert set(notified) == {"key", "size", "eTag", "versionId", "sequencer"}
    assert set(detail) == {"key", "size", "etag", "version-id", "sequencer"}


def test_an_unversioned_bucket_has_no_versions() -> None:
    assert "version-id" not in eventbridge_event(change(version=None))["detail"]["object"]


def test_later_changes_have_greater_sequencers() -> None:
    first, second = change(), change()

    assert first.sequencer < second.sequencer
    assert len(first.sequencer) == len(second.sequencer) == 18


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ObjectCreated:Put", "PutObject"),
        ("ObjectCreated:Post", "POST Object"),
        ("ObjectCreated:Copy", "CopyObject"),
        ("ObjectCreated:CompleteMultipartUpload", "CompleteMultipartUpload"),
    ],
)
def test_the_reason_names_the_operation(name: str, reason: str) -> None:
    assert eventbridge_event(change(name=name))["detail"]["reason"] == reason


def test_a_put_reaches_the_function_of_a_rule_once(deployed: Deployed) -> None:
    answer = deployed.clients["s3"].put_object(
        Bucket=deployed.bucket, Key=f"bus/{KEY}", Body=b"12345"
    )

    event = deployed.found("seen", lambda event: event.get("source") == "aws.s3")

    detail = event["detail"]
    assert (event["detail-type"], detail["reason"]) == ("Object Created", "PutObject")
    assert detail["object"]["key"] == f"bus/{KEY}"
    assert detail["object"]["size"] == 5
    assert detail["object"]["version-id"] == answer["VersionId"]
    assert detail["object"]["etag"] == answer["ETag"].strip('"')
    assert deployed.taken("seen") == []


def test_events_have_ids_of_their_own(deployed: Deployed) -> None:
    ids = set()
    for body in (b"one", b"two"):
        deployed.clients["s3"].put_object(Bucket=deployed.bucket, Key="bus/ids", Body=body)
        event = deployed.found(
            "seen", lambda event: event.get("detail", {}).get("object", {}).get("key") == "bus/ids"
        )
        ids.add(event["id"])

    assert len(ids) == 2


def test_a_put_below_the_prefix_notifies_the_queue(deployed: Deployed) -> None:
    answer = deployed.clients["s3"].put_object(
        Bucket=deployed.bucket, Key=f"queue/{KEY}", Body=b"12345"
    )

    body = deployed.found("notified", lambda body: "Records" in body)

    record = body["Records"][0]
    assert record["eventName"] == "ObjectCreated:Put"
    assert unquote_plus(record["s3"]["object"]["key"]) == f"queue/{KEY}"
    assert record["s3"]["object"]["versionId"] == answer["VersionId"]


def test_a_multipart_upload_is_one_event(deployed: Deployed) -> None:
    s3, place = deployed.clients["s3"], {"Bucket": deployed.bucket, "Key": "queue/large"}
    upload = s3.create_multipart_upload(**place)["UploadId"]
    part = s3.upload_part(**place, UploadId=upload, PartNumber=1, Body=b"x" * 100)
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]

    s3.complete_multipart_upload(**place, UploadId=upload, MultipartUpload={"Parts": parts})

    messages = deployed.taken("notified")
    records = [json.loads(message["Body"]).get("Records", [{}])[0] for message in messages]
    large = [record["eventName"] for record in records if "queue/large" in json.dumps(record)]
    assert large == ["ObjectCreated:CompleteMultipartUpload"]


def test_configuring_a_notification_sends_the_test_message(deployed: Deployed) -> None:
    s3 = deployed.clients["s3"]
    configuration = s3.get_bucket_notification_configuration(Bucket=deployed.bucket)
    configuration.pop("ResponseMetadata")

    s3.put_bucket_notification_configuration(
        Bucket=deployed.bucket, NotificationConfiguration=configuration
    )

    body = deployed.found("notified", lambda body: body.get("Event") == "s3:TestEvent")
    assert body["Bucket"] == deployed.bucket
    assert "Records" not in body
