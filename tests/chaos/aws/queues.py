"""SQS in memory, with redrive; and SNS and CloudWatch Logs as far as Kennel calls them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.chaos.aws.wire import Answer, Params, Refused

MOST_SUBJECT, MOST_MESSAGE_BYTES = 99, 256 * 1024


@dataclass
class Message:
    id: str
    body: str
    attributes: Mapping[str, Any]
    visible: datetime
    received: int = 0


@dataclass
class Queue:
    """Messages in the order of their arrival; what was received too often goes to `dead`."""

    name: str
    visibility: timedelta
    most_receives: int | None = None
    dead: Queue | None = None
    messages: list[Message] = field(default_factory=list)

    def receive(self, most: int, now: datetime) -> list[Message]:
        taken: list[Message] = []
        kept: list[Message] = []
        for message in self.messages:
            if len(taken) == most or message.visible > now:
                kept.append(message)
                continue
            if self.dead is not None and message.received >= (self.most_receives or 0):
                self.dead.messages.append(_moved(message, now))
                continue
            message.received += 1
            message.visible = now + self.visibility
            taken.append(message)
            kept.append(message)
        self.messages = kept
        return taken

    def delete(self, done: set[str]) -> None:
        self.messages = [message for message in self.messages if message.id not in done]

    def next_visible(self) -> datetime | None:
        return min((message.visible for message in self.messages), default=None)


class MemoryMessages:
    def __init__(self, now: Callable[[], datetime], sent: Callable[[Queue], None]) -> None:
        self.queues: dict[str, Queue] = {}
        self.published: list[tuple[str, str]] = []
        self._now = now
        self._sent = sent
        self._numbers = itertools.count(1)

    def put(self, queue: Queue, body: str, attributes: Mapping[str, Any] | None = None) -> None:
        number = next(self._numbers)
        queue.messages.append(Message(f"m{number}", body, attributes or {}, self._now()))
        self._sent(queue)

    def send_message(self, given: Params) -> Answer:
        body, attributes = given["MessageBody"], given.get("MessageAttributes", {})
        values = "".join(str(one.get("StringValue", "")) for one in attributes.values())
        if len((body + values).encode()) > 4 * MOST_MESSAGE_BYTES:
            raise Refused("InvalidParameterValue", "One or more parameters are invalid.")
        self.put(self.queues[given["QueueUrl"].rpartition("/")[2]], body, attributes)
        return {"MessageId": "sent", "MD5OfMessageBody": ""}

    def publish(self, given: Params) -> Answer:
        subject, message = given.get("Subject", ""), given["Message"]
        if not subject.isascii() or not subject.isprintable() or len(subject) > MOST_SUBJECT:
            raise Refused("InvalidParameter", "Invalid parameter: Subject")
        if len(message.encode()) > MOST_MESSAGE_BYTES:
            raise Refused("InvalidParameter", "Invalid parameter: Message too long")
        self.published.append((subject, message))
        return {"MessageId": "published"}


def _moved(message: Message, now: datetime) -> Message:
    return Message(message.id, message.body, message.attributes, now)
