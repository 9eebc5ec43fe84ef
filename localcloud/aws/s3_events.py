"""The events that S3 sends: notification records and EventBridge events, in AWS's shapes."""

from __future__ import annotations

import itertools
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from localcloud.aws.account import NUMBER, REGION, request_id

_REASONS = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
    "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}
_DELETIONS = {
    "ObjectRemoved:Delete": "Permanently Deleted",
    "ObjectRemoved:DeleteMarkerCreated": "Delete Marker Created",
}
_DETAIL_TYPES = {
    "ObjectCreated": "Object Created",
    "ObjectRemoved": "Object Deleted",
    "ObjectAcl": "Object ACL Updated",
}
_TAGGING = {
    "ObjectTagging:Put": "Object Tags Added",
    "ObjectTagging:Delete": "Object Tags Deleted",
}

# Starts at the clock, so that the numbers grow from one local cloud to the next as well.
_sequence = itertools.count(time.time_ns())


@dataclass(frozen=True, kw_only=True)
class ObjectChange:
    """One change of one object, the source of every event about it."""

    name: str  # such as ObjectCreated:Put
    bucket: str
    key: str
    size: int
    etag: str
    version: str | None
    sequencer: str = field(default_factory=lambda: f"{next(_sequence):018X}")
    time: datetime = field(default_factory=lambda: datetime.now(UTC))
    request: str = field(default_factory=request_id)


def notification(change: ObjectChange, configuration: str) -> dict[str, Any]:
    """What a queue, topic or function receives for a bucket's notification configuration."""
    return {"Records": [_record(change, configuration)]}


def _record(change: ObjectChange, configuration: str) -> dict[str, Any]:
    return {
        "eventVersion": "2.6",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": change.time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "eventName": change.name,
        "userIdentity": {"principalId": f"AWS:{NUMBER}"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": change.request, "x-amz-id-2": change.request},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration,
            "bucket": {
                "name": change.bucket,
                "ownerIdentity": {"principalId": NUMBER},
                "arn": f"arn:aws:s3:::{change.bucket}",
            },
            "object": _notified_object(change),
        },
    }


def _notified_object(change: ObjectChange) -> dict[str, Any]:
    # AWS encodes keys as a form would, but leaves the slashes.
    body: dict[str, Any] = {"key": quote_plus(change.key, safe="/")}
    if not change.name.startswith("ObjectRemoved"):
        body |= {"size": change.size, "eTag": change.etag}
    if change.version is not None:
        body["versionId"] = change.version
    return body | {"sequencer": change.sequencer}


def test_message(bucket: str) -> dict[str, Any]:
    """What S3 sends to a queue when a notification is configured: it has no Records."""
    request = request_id()
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "Bucket": bucket,
        "RequestId": request,
        "HostId": request,
    }


def eventbridge_event(change: ObjectChange) -> dict[str, Any]:
    """What EventBridge carries for a bucket with its EventBridge switch on."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": _detail_type(change.name),
        "source": "aws.s3",
        "account": NUMBER,
        "time": change.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:s3:::{change.bucket}"],
        "detail": _detail(change),
    }


def _detail_type(name: str) -> str:
    return _TAGGING.get(name) or _DETAIL_TYPES[name.partition(":")[0]]


def _detail(change: ObjectChange) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": change.bucket},
        "object": _object(change),
        "request-id": change.request,
        "requester": NUMBER,
        "source-ip-address": "127.0.0.1",
    }
    if change.name in _REASONS:
        detail["reason"] = _REASONS[change.name]
    if change.name in _DELETIONS:
        detail["deletion-type"] = _DELETIONS[change.name]
    return detail


def _object(change: ObjectChange) -> dict[str, Any]:
    body: dict[str, Any] = {"key": change.key}  # not encoded here, unlike in notifications
    if not change.name.startswith("ObjectRemoved"):
        body |= {"size": change.size, "etag": change.etag}
    if change.version is not None:
        body["version-id"] = change.version
    return body | {"sequencer": change.sequencer.lower()}
