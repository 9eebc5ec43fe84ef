"""S3 tells queues, functions, topics and EventBridge of changes, in AWS's words.

moto's events lack what makes them usable: sequencer, version, ids of their own, spellings. A
multipart upload gives two events there; S3 sends one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import moto.s3.notifications
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend

from localcloud.aws import connected, s3_events
from localcloud.aws.account import NUMBER, REGION
from localcloud.aws.backends import default_bus, send_message
from localcloud.aws.judge import require_service
from localcloud.aws.patches import s3_tagging
from localcloud.aws.patches.patch import Patch
from localcloud.aws.unheard import unheard
from localcloud.iam.authority import AccessDenied

_put_configuration_of_moto: Callable[..., None] = S3Backend.put_bucket_notification_configuration
_ACTIONS = {"lambda": "lambda:InvokeFunction", "sns": "sns:Publish", "sqs": "sqs:SendMessage"}


def _send_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:  # noqa: ARG001
    name = str(event_name.value).removeprefix("s3:")
    configuration = bucket.notification_configuration
    if configuration is None or key is None or _is_stray(name, key):
        return
    change = _object_change(name, bucket, key)
    for routes, send in (
        (configuration.queue, _notify_queue),
        (configuration.cloud_function, _notify_function),
        (configuration.topic, _notify_topic),
    ):
        for route in routes:
            if route.matches(event_name, key.name):
                with unheard(f"notifying {route.arn}"):
                    _check_destination(route.arn, bucket.name)
                    send(route.arn, s3_events.notification(change, route.id))
    if configuration.event_bridge is not None:
        _send_to_default_bus(s3_events.eventbridge_event(change))


def _notify_queue(arn: str, body: Mapping[str, Any]) -> None:
    send_message(arn, json.dumps(body), {})


def _notify_function(arn: str, body: Mapping[str, Any]) -> None:
    connected.functions().invoke_later(arn, json.dumps(body).encode())


def _notify_topic(arn: str, body: Mapping[str, Any]) -> None:
    moto.s3.notifications._send_sns_message(NUMBER, body, arn, REGION)


def _check_destination(arn: str, bucket: str) -> None:
    """Raise `AccessDenied` unless S3 may tell the destination of the bucket's changes."""
    action = _ACTIONS[arn.split(":")[2]]
    require_service("s3", action, arn, source=f"arn:aws:s3:::{bucket}")


def _put_configuration(backend: S3Backend, bucket_name: str, notification_config: Any) -> None:
    """S3 tries the destinations before it takes a configuration."""
    bucket = backend.get_bucket(bucket_name)
    before = bucket.notification_configuration
    _put_configuration_of_moto(backend, bucket_name, notification_config)
    configuration = bucket.notification_configuration
    assert configuration is not None  # it was put just now
    try:
        for route in (*configuration.queue, *configuration.cloud_function, *configuration.topic):
            _check_destination(route.arn, bucket_name)
    except AccessDenied as denial:
        bucket.notification_configuration = before
        raise S3ClientError(
            "InvalidArgument", "Unable to validate the following destination configurations"
        ) from denial


def _send_to_default_bus(event: Any) -> None:
    for rule in default_bus():
        rule.send_to_targets(event, transform_input=False)


def _is_stray(name: str, key: Any) -> bool:
    second_of_multipart = name == "ObjectCreated:Put" and key.multipart is not None
    return second_of_multipart or (name == "ObjectTagging:Put" and not s3_tagging.is_requested())


def _object_change(name: str, bucket: Any, key: Any) -> s3_events.ObjectChange:
    return s3_events.ObjectChange(
        name=name,
        bucket=bucket.name,
        key=key.name,
        size=key.size,
        etag=key.etag.strip('"'),
        version=key.version_id if bucket.is_versioned else None,
    )


PATCHES = (
    Patch(S3Backend, "put_bucket_notification_configuration", _put_configuration),
    Patch(moto.s3.notifications, "send_event", _send_event),
    Patch(moto.s3.notifications, "_get_test_event", s3_events.test_message),
)
