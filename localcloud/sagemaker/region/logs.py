"""Log streams in CloudWatch Logs: lines go there while the job runs."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.sagemaker.region.batches import Batches

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import InputLogEventTypeDef

MAX_LINE = 250_000  # CloudWatch refuses events beyond 256 kB
logger = logging.getLogger(__name__)


class LogStream:
    """One stream of a group; both are made if they are not there."""

    def __init__(self, client: CloudWatchLogsClient, group: str, stream: str) -> None:
        self._client = client
        self.group = group
        self.stream = stream
        self._create()
        self._lines: Batches[InputLogEventTypeDef] = Batches(f"log {stream}", self._send)

    def write(self, line: str) -> None:
        # CloudWatch refuses empty messages.
        if text := line.rstrip("\r\n")[:MAX_LINE]:
            self._lines.put({"timestamp": int(time.time() * 1000), "message": text})

    def close(self) -> None:
        """Sends what is left."""
        self._lines.close()

    def _create(self) -> None:
        for create in (self._create_group, self._create_stream):
            try:
                create()
            except self._client.exceptions.ResourceAlreadyExistsException:
                continue
            except ClientError as error:
                # Nor because its role may not write one.
                logger.warning("the log %s cannot be made: %s", self.stream, error)

    def _create_group(self) -> None:
        self._client.create_log_group(logGroupName=self.group)

    def _create_stream(self) -> None:
        self._client.create_log_stream(logGroupName=self.group, logStreamName=self.stream)

    def _send(self, batch: list[InputLogEventTypeDef]) -> None:
        try:
            self._client.put_log_events(
                logGroupName=self.group, logStreamName=self.stream, logEvents=batch
            )
        except (BotoCoreError, ClientError) as error:
            # A job must not fail because its log cannot be kept.
            logger.warning("log lines of %s are lost: %s", self.stream, error)
