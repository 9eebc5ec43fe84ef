"""Who must know is told through SNS; what a person may redrive is kept in SQS.

Both refuse what is too long, and SQS what has control characters: neither may keep a run from its
end, or a letter from its queue, so texts are cut and made printable here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.quoting import sentence

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

# SNS takes subjects of fewer than 100 ASCII characters.
SUBJECT_LENGTH = 99
# SNS's and SQS's bound on a message, attributes included.
MESSAGE_BYTES = 256 * 1024
REASON_LENGTH = 1000
# Of a list in a notice, which people read as mail.
ITEMS_TOLD = 100


class SnsNotices:
    def __init__(self, client: SNSClient, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def publish(self, subject: str, body: Mapping[str, object]) -> None:
        message = json.dumps(_bounded(body), ensure_ascii=False, indent=1)
        self._client.publish(
            TopicArn=self._topic_arn,
            Subject=_plain(subject),
            Message=message.encode()[:MESSAGE_BYTES].decode(errors="ignore"),
        )


class SqsDeadLetters:
    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def keep(self, body: str, *, reason: str) -> None:
        self._client.send_message(
            QueueUrl=self._queue_url, MessageBody=body, MessageAttributes=_reason(body, reason)
        )


def _reason(body: str, reason: str) -> Mapping[str, MessageAttributeValueTypeDef]:
    """None beside a body that leaves no room for it: what is redriven is the body."""
    told = sentence(reason, REASON_LENGTH) or "none given"
    if len(body.encode()) + len(f"REASONString{told}".encode()) > MESSAGE_BYTES:
        return {}
    return {"REASON": {"DataType": "String", "StringValue": told}}


def _plain(subject: str) -> str:
    ascii_only = subject[: 2 * SUBJECT_LENGTH].encode("ascii", "replace").decode()
    printable = "".join(letter if letter.isprintable() else " " for letter in ascii_only)
    return printable[:SUBJECT_LENGTH]


def _bounded(value: object) -> object:
    if isinstance(value, str):
        return sentence(value)
    if isinstance(value, Mapping):
        return {sentence(str(name)): _bounded(found) for name, found in value.items()}
    if isinstance(value, list | tuple):
        return [_bounded(found) for found in value[:ITEMS_TOLD]]
    return value
