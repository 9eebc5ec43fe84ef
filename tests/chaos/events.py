"""Events as AWS sends them, by the local cloud's own builders, in simulated time."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from localcloud.aws.s3_events import ObjectChange, eventbridge_event, notification
from localcloud.sagemaker.region import kinds
from localcloud.sagemaker.region.event_details import DETAILS
from localcloud.sagemaker.region.records import Record
from tests.chaos.aws.object_store import Version
from tests.support.samples import SETTINGS

Event = dict[str, Any]


def object_created(reason: str, version: Version) -> Event:
    return {**eventbridge_event(_change(reason, version)), "id": version.id}


def image_message(reason: str, version: Version) -> str:
    """The body of the message that S3 puts on the images' queue."""
    return json.dumps(notification(_change(reason, version), "images"))


def job_changed(record: Record, now: datetime) -> Event:
    arn = record.arn
    if record.kind is kinds.TUNING:  # the event spells the ARN differently than the API
        arn = arn.replace("hyper-parameter-tuning-job", "tuningJob")
    return {
        "version": "0",
        "id": f"{record.name} {record.status}",
        "detail-type": record.kind.event,
        "source": "aws.sagemaker",
        "account": "123456789012",
        "time": _text(now),
        "region": SETTINGS.region,
        "resources": [arn],
        # As JSON: what a handler does to its event must not reach the record.
        "detail": json.loads(json.dumps(DETAILS[record.kind](record))),
    }


def tick(now: datetime) -> Event:
    """What the schedule brings."""
    return {
        "version": "0",
        "id": f"tick {_text(now)}",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": _text(now),
        "region": SETTINGS.region,
        "resources": [],
        "detail": {},
    }


def _change(reason: str, version: Version) -> ObjectChange:
    return ObjectChange(
        name=reason,
        bucket=SETTINGS.bucket,
        key=version.key,
        size=len(version.body or b""),
        etag=version.etag,
        version=version.id,
        sequencer=version.sequencer,
        time=version.modified,
        request="memory",
    )


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
