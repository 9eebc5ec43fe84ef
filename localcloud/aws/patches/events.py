"""EventBridge delivers to each target of a rule by itself.

moto never invokes functions, ignores disabled rules and the targets' dead-letter queues, lets one
failing target stop the rest, sends queues an event without its account, and takes patterns with
two wildcards side by side.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from moto.events.exceptions import InvalidEventPatternException
from moto.events.models import EventPatternParser, Rule

from localcloud.aws import connected
from localcloud.aws.backends import send_message
from localcloud.aws.event_targets import TargetSenders, deliver
from localcloud.aws.judge import require_service
from localcloud.aws.patches.patch import Patch
from localcloud.aws.unheard import unheard

_send_to_targets_of_moto: Callable[..., None] = Rule.send_to_targets
_validate_of_moto: Callable[..., None] = EventPatternParser._validate_event_pattern


def _send_to_targets(rule: Rule, original_event: Any, transform_input: bool = True) -> None:
    pattern = rule.event_pattern
    if rule.state == "DISABLED" or not pattern.get_pattern():
        return  # a schedule has no pattern: it takes no events
    with unheard(f"rule {rule.name}"):
        if pattern.matches_event(original_event):
            _deliver_to_targets(rule, original_event, transform_input)


def _deliver_to_targets(rule: Rule, original_event: Any, transform_input: bool) -> None:
    for target in list(rule.targets):
        if target["Arn"].split(":")[2] in ("lambda", "sqs"):
            deliver(original_event, target, rule=rule.arn, senders=target_senders(rule.arn))
            continue
        with unheard(f"target {target['Arn']}"):
            if target["Arn"].split(":")[2] == "sns":
                require_service("events", "sns:Publish", target["Arn"], source=rule.arn)
            _deliver_by_moto(rule, target, original_event, transform_input)


def _deliver_by_moto(rule: Rule, target: Any, event: Any, transform_input: bool) -> None:
    single = copy.copy(rule)
    single.targets = [target]
    _send_to_targets_of_moto(single, event, transform_input)


def target_senders(rule: str) -> TargetSenders:
    """The ways out of an event rule, also for schedules, which moto never fires."""

    def invoke_later(arn: str, body: bytes) -> None:
        require_service("events", "lambda:InvokeFunction", arn, source=rule)
        connected.functions().invoke_later(arn, body)

    def send(arn: str, body: str, attributes: Mapping[str, str]) -> None:
        require_service("events", "sqs:SendMessage", arn, source=rule)
        send_message(arn, body, attributes)

    return TargetSenders(invoke_later=invoke_later, send_message=send)


def _validate(parser: EventPatternParser, pattern: Mapping[str, Any]) -> None:
    _validate_of_moto(parser, pattern)
    for values in pattern.values():
        for value in values if isinstance(values, list) else ():
            _check_wildcards(value.get("wildcard", ()) if isinstance(value, dict) else ())


def _check_wildcards(patterns: str | Sequence[str]) -> None:
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        if "**" in pattern.replace("\\\\", "").replace("\\*", ""):
            raise InvalidEventPatternException(reason="Consecutive wildcard characters")


PATCHES = (
    Patch(EventPatternParser, "_validate_event_pattern", _validate),
    Patch(Rule, "send_to_targets", _send_to_targets),
)
