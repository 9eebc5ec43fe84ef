from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from pipeline.aws.messages import SnsNotices, SqsDeadLetters

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@pytest.fixture
def sqs(session: boto3.Session, endpoint: str) -> SQSClient:
    return session.client("sqs", endpoint_url=endpoint)


@pytest.fixture
def queue(sqs: SQSClient) -> Iterator[str]:
    url = sqs.create_queue(QueueName="contract")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def topic(session: boto3.Session, endpoint: str, sqs: SQSClient, queue: str) -> str:
    """A topic whose notices arrive in the queue."""
    sns = session.client("sns", endpoint_url=endpoint)
    arn = sns.create_topic(Name="contract")["TopicArn"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=attributes["Attributes"]["QueueArn"])
    return arn


def received(sqs: SQSClient, queue: str) -> Any:
    answer = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])
    [message] = answer["Messages"]
    return message


def test_a_notice_of_any_length_is_taken(
    session: boto3.Session, endpoint: str, sqs: SQSClient, queue: str, topic: str
) -> None:
    notices = SnsNotices(session.client("sns", endpoint_url=endpoint), topic)
    endless = "é" * 300_000

    notices.publish(
        endless, {"reason": endless, "images": [endless] * 500, endless: {"x": endless}}
    )

    envelope = json.loads(received(sqs, queue)["Body"])
    assert len(envelope["Message"].encode()) <= 256 * 1024
    assert "…" in envelope["Message"]


@pytest.mark.parametrize("reason", ["x" * 300_000, "a\x00b\x1b[31m", "", "half of a letter \ud800"])
def test_a_letter_is_kept_whatever_its_reason_is(sqs: SQSClient, queue: str, reason: str) -> None:
    SqsDeadLetters(sqs, queue).keep("the event", reason=reason)

    message = received(sqs, queue)
    assert message["Body"] == "the event"
    kept = message["MessageAttributes"]["REASON"]["StringValue"]
    assert 0 < len(kept) <= 1000
    assert kept.isprintable()


def test_a_letter_that_leaves_no_room_is_kept_without_its_reason(
    sqs: SQSClient, queue: str
) -> None:
    SqsDeadLetters(sqs, queue).keep("e" * 256 * 1024, reason="boom")

    assert "MessageAttributes" not in received(sqs, queue)


def test_a_notice_arrives_with_its_subject_and_body(
    session: boto3.Session, endpoint: str, sqs: SQSClient, queue: str, topic: str
) -> None:
    notices = SnsNotices(session.client("sns", endpoint_url=endpoint), topic)

    notices.publish("Kennel: datasets/dogs.zip is serving", {"run": "r", "reason": "für später"})

    envelope = json.loads(received(sqs, queue)["Body"])
    assert envelope["Subject"] == "Kennel: datasets/dogs.zip is serving"
    assert json.loads(envelope["Message"]) == {"run": "r", "reason": "für später"}


@pytest.mark.parametrize(
    ("subject", "sent"),
    [
        ("Kennel: no prediction for images/café.jpg", "Kennel: no prediction for images/caf?.jpg"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("x" * 300, "x" * 99),
    ],
)
def test_a_subject_is_made_one_that_sns_takes(
    session: boto3.Session,
    endpoint: str,
    sqs: SQSClient,
    queue: str,
    topic: str,
    subject: str,
    sent: str,
) -> None:
    SnsNotices(session.client("sns", endpoint_url=endpoint), topic).publish(subject, {})

    assert json.loads(received(sqs, queue)["Body"])["Subject"] == sent


def test_a_dead_letter_is_kept_as_it_came_with_its_reason(sqs: SQSClient, queue: str) -> None:
    SqsDeadLetters(sqs, queue).keep('{"the": "évent"}', reason="boom")

    message = received(sqs, queue)
    assert message["Body"] == '{"the": "évent"}'
    assert message["MessageAttributes"]["REASON"]["StringValue"] == "boom"
