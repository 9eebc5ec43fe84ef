"""What one invocation takes of a queue: so many messages, and no more than its payload's limit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from localcloud.functions.invocation import SYNC_LIMIT
from localcloud.triggers.sqs_events import sqs_event


class SqsBatch:
    def __init__(self, most: int, queue: str) -> None:
        self._most = most
        self._queue = queue
        self._bytes = len(self._event([]))
        self.messages: list[Mapping[str, Any]] = []
        self.over: list[Mapping[str, Any]] = []  # received, but for the next batch

    @property
    def room(self) -> int:
        return self._most - len(self.messages)

    @property
    def is_full(self) -> bool:
        return not self.room or bool(self.over)

    def add(self, messages: Sequence[Mapping[str, Any]]) -> None:
        for message in messages:
            more = len(self._event([message]))  # with a comma for what stands around it
            if self.is_full or self._bytes + more > SYNC_LIMIT:
                self.over.append(message)
            else:
                self.messages.append(message)
                self._bytes += more

    def _event(self, messages: Sequence[Mapping[str, Any]]) -> bytes:
        return json.dumps(sqs_event(messages, self._queue)).encode()
