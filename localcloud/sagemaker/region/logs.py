"""Log streams in CloudWatch Logs: lines go there while the job runs."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import InputLogEventTypeDef

FLUSH_SECONDS = 0.3
MAX_LINE = 250_000  # CloudWatch refuses events beyond 256 kB
MAX_BATCH = 1000
logger = logging.getLogger(__name__)


class LogStream:
    """One stream; lines are queued and sent together by a thread of its own."""

    def __init__(self, client: CloudWatchLogsClient, group: str, stream: str) -> None:
        self._client = client
        self.group = group
        self.stream = stream
        self._lines: queue.SimpleQueue[InputLogEventTypeDef | None] = queue.SimpleQueue()
        self._sender = threading.Thread(target=self._send_all, name=f"log {stream}", daemon=True)
        self._create()
        self._sender.start()

    def write(self, line: str) -> None:
        # CloudWatch refuses empty messages.
        if text := line.rstrip("\r\n")[:MAX_LINE]:
            self._lines.put({"timestamp": int(time.time() * 1000), "message": text})

    def close(self) -> None:
        """Sends what is left."""
        self._lines.put(None)
        self._sender.join()

    def _create(self) -> None:
        for create in (self._create_group, self._create_stream):
            try:
                create()
            except self._client.exceptions.ResourceAlreadyExistsException:
                continue

    def _create_group(self) -> None:
        self._client.create_log_group(logGroupName=self.group)

    def _create_stream(self) -> None:
        self._client.create_log_stream(logGroupName=self.group, logStreamName=self.stream)

    def _send_all(self) -> None:
        for batch in self._batches():
            try:
                self._client.put_log_events(
                    logGroupName=self.group, logStreamName=self.stream, logEvents=batch
                )
            except (BotoCoreError, ClientError) as error:
                # A job must not fail because its log cannot be kept.
                logger.warning("log lines of %s are lost: %s", self.stream, error)

    def _batches(self) -> Iterator[list[InputLogEventTypeDef]]:
        ended = False
        while not ended:
            batch: list[InputLogEventTypeDef] = []
            due = time.monotonic() + FLUSH_SECONDS
            while not ended and len(batch) < MAX_BATCH:
                try:
                    event = self._lines.get(timeout=max(0.0, due - time.monotonic()))
                except queue.Empty:
                    break
                if event is None:
                    ended = True
                else:
                    batch.append(event)
            if batch:
                yield batch
