"""EventBridge delivers to each target of a rule by itself.

moto never invokes functions, ignores disabled rules and the targets' dead-letter queues, lets one
failing target stop the rest, and sends queues an event without its account.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from moto.events.models import Rule

from localcloud.aws import connected
from localcloud.aws.backends import send_message
from localcloud.aws.event_targets import TargetSenders, deliver
from localcloud.aws.patches.patch import Patch
from localcloud.aws.unheard import unheard

_send_to_targets_of_moto: Callable[..., None] = Rule.send_to_targets


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
            deliver(original_event, target, rule=rule.arn, senders=target_senders())
        else:
            _deliver_by_moto(rule, target, original_event, transform_input)


def _deliver_by_moto(rule: Rule, target: Any, event: Any, transform_input: bool) -> None:
    single = copy.copy(rule)
    single.targets = [target]
    _send_to_targets_of_moto(single, event, transform_input)


def target_senders() -> TargetSenders:
    """The ways out of an event rule, also for schedules, which moto never fires."""
    return TargetSenders(
        invoke_later=lambda arn, body: connected.functions().invoke_later(arn, body),
        send_message=send_message,
    )


PATCHES = (Patch(Rule, "send_to_targets", _send_to_targets),)
