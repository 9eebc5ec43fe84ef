"""AWS's event dictionaries become frozen dataclasses here, and travel no further.

A missing key raises: the event is delivered again, and then kept as a dead letter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, get_args
from urllib.parse import unquote_plus

from pipeline.aws.failure_reasons import tells_of_no_room, tells_of_service_fault
from pipeline.errors import UnknownEvent
from pipeline.events import (
    BatchEnded,
    DatasetUploaded,
    Delivery,
    DeliveryFailed,
    EndStatus,
    EvaluationEnded,
    ImageDropped,
    JobEnded,
    PartPredicted,
    PreparationEnded,
    TrainingEnded,
    TransformEnded,
    TuningEnded,
)
from pipeline.names import BATCHES, DATASETS, IMAGES, BatchId, RunId, job_name, subject_of
from pipeline.settings import Settings

Event = Mapping[str, Any]
Ended = TypeVar("Ended", bound=JobEnded)

OUT_OF_TIME = "MaxRuntimeExceeded"
# What reading a message raises that does not have the form that AWS documents.
DAMAGED = (AttributeError, KeyError, TypeError, ValueError)


@dataclass(frozen=True)
class Deliveries:
    """What could be read of a queue's messages, and the ids of those that could not."""

    good: tuple[Delivery, ...]
    damaged: tuple[str, ...]

    def failures(self) -> dict[str, list[dict[str, str]]]:
        return left_in_queue(self.damaged)


def left_in_queue(messages: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """The answer by which Lambda leaves these messages in the queue, and takes the others."""
    return {"batchItemFailures": [{"itemIdentifier": message} for message in messages]}


def dataset_uploaded(event: Event) -> DatasetUploaded:
    """EventBridge's "Object Created"; its keys are not URL-encoded, unlike notifications'."""
    detail = event["detail"]
    found = detail["object"]
    if not found["key"].startswith(DATASETS):
        raise UnknownEvent(f"{found['key']} is not below {DATASETS}")
    return DatasetUploaded(
        bucket=detail["bucket"]["name"],
        key=found["key"],
        size=found["size"],
        etag=found["etag"],
        version=found.get("version-id"),
        sequencer=found.get("sequencer"),
        time=datetime.fromisoformat(event["time"]),
    )


def preparation_ended(event: Event, settings: Settings) -> PreparationEnded:
    return _job_ended(PreparationEnded, event, settings, "ProcessingJob")


def tuning_ended(event: Event, settings: Settings) -> TuningEnded:
    return _job_ended(TuningEnded, event, settings, "HyperParameterTuningJob")


def training_ended(event: Event, settings: Settings) -> TrainingEnded:
    """Tuning's children send this event as well; their names are refused here."""
    return _job_ended(TrainingEnded, event, settings, "TrainingJob")


def transform_ended(event: Event, settings: Settings) -> TransformEnded:
    detail = event["detail"]
    name = detail["TransformJobName"]
    if name.startswith(job_name(settings, "evaluation", RunId(""))):
        return _job_ended(EvaluationEnded, event, settings, "TransformJob")
    batch = BatchId(subject_of(name, settings, "batch")[0])
    status = end_status(detail["TransformJobStatus"])
    reason = detail.get("FailureReason")
    blameless = tells_of_no_room(reason) or tells_of_service_fault(reason)
    return BatchEnded(batch, status, reason, status == "Failed" and blameless)


def part_predicted(event: Event) -> PartPredicted:
    """EventBridge's "Object Created" of what a transform job has written for a part."""
    key = event["detail"]["object"]["key"]
    found = re.fullmatch(r"batches/([^/]+)/output/(?:.+/)?([^/]+)\.jsonl\.out", key)
    if found is None:
        raise UnknownEvent(f"{key} is no answer of a batch")
    return PartPredicted(BatchId(found[1]), found[2], key)


def images_dropped(event: Event) -> Deliveries:
    """S3 notifications out of SQS messages; S3's test message brings no image."""
    good, damaged = [], []
    for record in event["Records"]:
        try:
            images = tuple(_images(json.loads(record["body"])))
            good.append(Delivery(record["messageId"], images))
        except DAMAGED:
            damaged.append(record["messageId"])
    return Deliveries(tuple(good), tuple(damaged))


def delivery_failures(event: Event, settings: Settings) -> tuple[DeliveryFailed, ...]:
    return tuple(_delivery_failed(record, settings) for record in event["Records"])


def end_status(status: str) -> EndStatus:
    """
    Raises:
        UnknownEvent: the job has not ended.
    """
    for known in get_args(EndStatus):
        if status == known:
            return known  # type: ignore[no-any-return]  # get_args forgets the literal's type
    raise UnknownEvent(f"{status!r} is not the status of a job that has ended")


def _job_ended(ended: type[Ended], event: Event, settings: Settings, job: str) -> Ended:
    detail = event["detail"]
    subject, attempt = subject_of(detail[f"{job}Name"], settings, ended.kind)
    run = RunId(subject)
    status = end_status(detail[f"{job}Status"])
    if detail.get("SecondaryStatus") == OUT_OF_TIME:
        reason = f"it ran longer than {settings.max_runtime_seconds} s"
        return ended(run, "Failed", reason, attempt)
    return ended(run, status, detail.get("FailureReason"), attempt)


def _images(notification: Event) -> Iterator[ImageDropped]:
    if notification.get("Event") == "s3:TestEvent":
        return
    for record in notification["Records"]:
        found = record["s3"]["object"]
        key = unquote_plus(found["key"])
        if not key.startswith(IMAGES):
            raise UnknownEvent(f"{key} is not below {IMAGES}")
        yield ImageDropped(
            bucket=record["s3"]["bucket"]["name"],
            key=key,
            size=found["size"],
            etag=found["eTag"],
            version=found.get("versionId"),
            sequencer=found.get("sequencer"),
        )


def _delivery_failed(record: Event, settings: Settings) -> DeliveryFailed:
    """A dead letter: Lambda's destination record, EventBridge's own, or an S3 notification."""
    body = record["body"]
    try:
        letter = json.loads(body)
        reason = _reason(letter, record)
    except DAMAGED:
        return DeliveryFailed(record["messageId"], body, "the event could not be read")
    try:
        known = _subject(letter.get("requestPayload", letter), settings)
    except DAMAGED:  # the reason is known all the same: it may be this very damage
        known = {}
    return DeliveryFailed(record["messageId"], body, reason, **known)


def _reason(letter: Event, record: Event) -> str:
    if "requestContext" in letter:
        function = letter["requestContext"]["functionArn"].partition(":function:")[2]
        response = letter.get("responsePayload") or {}
        error = response.get("errorMessage") or letter["requestContext"]["condition"]
        return f"{function.partition(':')[0]}: {error}"
    attribute = record.get("messageAttributes", {}).get("ERROR_MESSAGE", {})
    return str(attribute.get("stringValue") or "its function failed each time it was tried")


def _subject(payload: Event, settings: Settings) -> dict[str, Any]:
    if "Records" in payload:
        return {"images": tuple(_images(payload))}
    kind = payload["detail-type"]
    if kind == "Object Created" and payload["detail"]["object"]["key"].startswith(BATCHES):
        return {"made_up_for": True}
    if kind == "Object Created":
        upload = dataset_uploaded(payload)
        return {"upload": upload} if upload.begins_run else {}
    if kind == "Scheduled Event":
        return {"made_up_for": True}
    if kind not in JOB_EVENTS:  # about no run
        return {}
    ended = JOB_EVENTS[kind](payload, settings)
    return {"ended": ended} if isinstance(ended, JobEnded) else {"made_up_for": True}


JOB_EVENTS: Mapping[str, Callable[[Event, Settings], JobEnded | BatchEnded]] = {
    "SageMaker Processing Job State Change": preparation_ended,
    "SageMaker HyperParameter Tuning Job State Change": tuning_ended,
    "SageMaker Training Job State Change": training_ended,
    "SageMaker Transform Job State Change": transform_ended,
}
