"""Event source mappings: a queue's messages handed to a function in batches, as Lambda does."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.aws.account import Clients
from localcloud.functions.invocation import FunctionNotFound, Functions, PayloadTooLarge, Throttled
from localcloud.triggers.sqs_batch import SqsBatch
from localcloud.triggers.sqs_events import failed_items, sqs_event

logger = logging.getLogger(__name__)

_WAIT = 1  # seconds of one long poll: also how long stopping may take
_RECEIVE = 10  # the most that one ReceiveMessage returns

_Message = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class QueueTrigger:
    """An event source mapping from a queue to a function."""

    id: str
    function: str
    queue: str
    batch_size: int
    window: float
    partial: bool
    concurrency: int | None


class QueuePoller:
    """One thread receives, and as many batches run at once as the function has places.

    `clients` act as the function's role, which must let Lambda look at the queue first.
    """

    def __init__(
        self, trigger: QueueTrigger, places: int, functions: Functions, clients: Clients
    ) -> None:
        self._trigger = trigger
        self._functions = functions
        self._sqs = clients["sqs"]
        self._url = clients.queue_url(trigger.queue)
        self._places = threading.BoundedSemaphore(places)
        self._workers = ThreadPoolExecutor(places, thread_name_prefix=f"batch {trigger.function}")
        self._over: Sequence[_Message] = ()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"poll {trigger.queue}")

    def start(self) -> None:
        self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["All"])
        self._thread.start()

    def stop(self) -> None:
        """Take no more messages; `join` waits for what is in work."""
        self._stopping.set()

    def join(self) -> None:
        self._thread.join()
        self._workers.shutdown()

    def _run(self) -> None:
        while not self._stopping.is_set():
            # A place first: received messages that wait for one would lose their visibility.
            if not self._places.acquire(timeout=_WAIT):
                continue
            batch = self._gather()
            if batch:
                self._workers.submit(self._process, batch)
            else:
                self._places.release()

    def _gather(self) -> list[_Message]:
        """Messages until the batch is full or its window, which opens with the first, is over."""
        batch = SqsBatch(self._trigger.batch_size, self._trigger.queue)
        batch.add(self._over or self._receive(self._trigger.batch_size, wait=_WAIT))
        closes = time.monotonic() + self._trigger.window
        while batch.messages and not batch.is_full and not self._stopping.is_set():
            left = closes - time.monotonic()
            if 0 < left < _WAIT:
                self._stopping.wait(left)  # SQS waits in whole seconds only
            more = self._receive(batch.room, wait=_WAIT if left >= _WAIT else 0)
            batch.add(more)
            if not more and left < _WAIT:
                break
        self._over = batch.over
        return batch.messages

    def _receive(self, count: int, *, wait: int) -> list[_Message]:
        try:
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(count, _RECEIVE),
                WaitTimeSeconds=wait,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        except (ClientError, BotoCoreError):
            logger.exception("queue %s could not be read", self._trigger.queue)
            self._stopping.wait(_WAIT)
            return []
        return list(answer.get("Messages", []))

    def _process(self, batch: Sequence[_Message]) -> None:
        try:
            self._delete(self._done(batch))
        except Exception:
            # Nothing is lost: what is not deleted becomes visible again.
            logger.exception("a batch for %s was left in its queue", self._trigger.function)
        finally:
            self._places.release()

    def _done(self, batch: Sequence[_Message]) -> list[_Message]:
        """Invoke the function; the messages that it has dealt with."""
        payload = json.dumps(sqs_event(batch, self._trigger.queue)).encode()
        try:
            outcome = self._functions.invoke(self._trigger.function, payload)
        except (Throttled, FunctionNotFound, PayloadTooLarge):
            return []
        if outcome.failed:
            return []
        if not self._trigger.partial:
            return list(batch)
        failed = failed_items(outcome.document, batch)
        return [message for message in batch if message["MessageId"] not in failed]

    def _delete(self, messages: Sequence[_Message]) -> None:
        for start in range(0, len(messages), _RECEIVE):
            entries = [
                {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                for index, message in enumerate(messages[start : start + _RECEIVE])
            ]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
