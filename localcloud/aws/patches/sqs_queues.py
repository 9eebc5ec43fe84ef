"""A long queue is handed out in the time of a short one.

moto asks for the time in a slow way of its own, twice for each message of a queue, and counts the
whole queue thirty times for ten messages: of 1,000 messages it hands out seven a second.
"""

from __future__ import annotations

import time

from moto.sqs.models import Message, SQSBackend

from localcloud.aws.patches.patch import Patch


def _visible(message: Message) -> bool:
    return time.time() * 1000 > message.visible_at


def _delayed(message: Message) -> bool:
    return time.time() * 1000 < message.delayed_until


def _is_kept(backend: SQSBackend, queue_name: str, message: Message) -> bool:
    """Asks for the one attribute, where moto makes up all of them, counts included."""
    kept = backend.get_queue(queue_name).message_retention_period  # type: ignore[attr-defined]
    return bool(kept + (message.sent_timestamp or 0) / 1000 > time.time())


PATCHES = (
    Patch(Message, "visible", property(_visible)),
    Patch(Message, "delayed", property(_delayed)),
    Patch(SQSBackend, "is_message_valid_based_on_retention_period", _is_kept),
)
