"""The jobs' logs, in groups of CloudWatch that all of an account's jobs share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import LogStreamTypeDef

# SageMaker makes them at an account's first job of the kind.
GROUPS = tuple(f"/aws/sagemaker/{kind}Jobs" for kind in ("Processing", "Training", "Transform"))


class CloudWatchJobLogs:
    def __init__(self, client: CloudWatchLogsClient) -> None:
        self._client = client

    def expire(self, prefix: str, *, before: datetime) -> int:
        # Listed first: deleting moves the pages that are still to come.
        old = [
            (group, stream["logStreamName"])
            for group in GROUPS
            for stream in self._streams(group, prefix)
            if _last_line(stream) < before
        ]
        return sum(self._delete(group, stream) for group, stream in old)

    def _delete(self, group: str, stream: str) -> bool:
        """Whether it was still there: the day may be told twice, and both deliveries at once."""
        try:
            self._client.delete_log_stream(logGroupName=group, logStreamName=stream)
        except self._client.exceptions.ResourceNotFoundException:
            return False
        return True

    def _streams(self, group: str, prefix: str) -> Iterator[LogStreamTypeDef]:
        pages = self._client.get_paginator("describe_log_streams")
        try:
            for page in pages.paginate(logGroupName=group, logStreamNamePrefix=prefix):
                yield from page["logStreams"]
        except self._client.exceptions.ResourceNotFoundException:
            return


def _last_line(stream: LogStreamTypeDef) -> datetime:
    milliseconds = stream.get("lastEventTimestamp") or stream["creationTime"]
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
