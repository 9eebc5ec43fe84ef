"""Who must know is told through SNS; what a person may redrive is kept in SQS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

# SNS takes subjects of fewer than 100 ASCII characters.
SUBJECT_LENGTH = 99
REASON_LENGTH = 1000


class SnsNotices:
    def __init__(self, client: SNSClient, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def publish(self, subject: str, body: Mapping[str, object]) -> None:
        self._client.publish(
            TopicArn=self._topic_arn,
            Subject=_plain(subject),
            Message=json.dumps(body, ensure_ascii=False, indent=1),
        )


class SqsDeadLetters:
    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def keep(self, body: str, *, reason: str) -> None:
        self._client.send_message(
            QueueUrl=self._queue_url,
            MessageBody=body,
            MessageAttributes={
                "REASON": {"DataType": "String", "StringValue": reason[:REASON_LENGTH]}
            },
        )


def _plain(subject: str) -> str:
    ascii_only = subject.encode("ascii", "replace").decode()
    printable = "".join(letter if letter.isprintable() else " " for letter in ascii_only)
    return printable[:SUBJECT_LENGTH]
