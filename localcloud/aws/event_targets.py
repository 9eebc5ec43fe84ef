"""Delivery of one EventBridge event to one target of a rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.events.utils import EventTemplateParser

from localcloud.aws.unheard import unheard
from localcloud.iam.authority import AccessDenied


@dataclass(frozen=True, kw_only=True)
class TargetSenders:
    """The ways out of a rule: functions by ARN, queues by ARN with message attributes."""

    invoke_later: Callable[[str, bytes], object]
    send_message: Callable[[str, str, Mapping[str, str]], None]


def deliver(
    event: Mapping[str, Any], target: Mapping[str, Any], *, rule: str, senders: TargetSenders
) -> None:
    """Send the event; one that cannot be delivered goes to the target's dead-letter queue."""
    event = documented(event)
    try:
        _send(target["Arn"], target_input(event, target), senders)
    except Exception as error:  # one target must not stop the others
        _bury(event, target, rule=rule, error=error, senders=senders)


def _send(arn: str, body: str, senders: TargetSenders) -> None:
    if arn.split(":")[2] == "lambda":
        senders.invoke_later(arn, body.encode())
    else:
        senders.send_message(arn, body, {})


def _bury(
    event: Mapping[str, Any],
    target: Mapping[str, Any],
    *,
    rule: str,
    error: Exception,
    senders: TargetSenders,
) -> None:
    queue = target.get("DeadLetterConfig", {}).get("Arn")
    if queue is None:
        return  # as on AWS: without a dead-letter queue the event is dropped
    attributes = {
        "ERROR_CODE": "NO_PERMISSIONS" if isinstance(error, AccessDenied) else type(error).__name__,
        "ERROR_MESSAGE": str(error) or type(error).__name__,
        "RULE_ARN": rule,
        "TARGET_ARN": target["Arn"],
        "RETRY_ATTEMPTS": "0",
    }
    with unheard(f"burying an event of {rule}"):
        senders.send_message(queue, json.dumps(event), attributes)


def documented(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event as AWS documents it: moto keeps times as numbers and a field of its own."""
    body = {name: value for name, value in event.items() if name != "ingestion-time"}
    if isinstance(body.get("time"), int | float):
        moment = datetime.fromtimestamp(body["time"], UTC)
        body["time"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return body


def target_input(event: Mapping[str, Any], target: Mapping[str, Any]) -> str:
    """What the target receives: the event, a part of it, a fixed text, or a template filled in."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(_at(event, target["InputPath"]))
    if "InputTransformer" in target:
        return json.dumps(_transformed(event, target["InputTransformer"]))
    return json.dumps(event)


def _at(event: Mapping[str, Any], path: str) -> Any:
    value: Any = event
    for name in path.removeprefix("$").strip(".").split("."):
        value = value[name] if name else value
    return value


def _transformed(event: Mapping[str, Any], transformer: Mapping[str, Any]) -> Any:
    source: Any = {**event, "ingestion-time": event["time"]}
    return EventTemplateParser.parse(
        input_template=transformer["InputTemplate"],
        input_paths_map=transformer.get("InputPathsMap", {}),
        event=source,
    )
