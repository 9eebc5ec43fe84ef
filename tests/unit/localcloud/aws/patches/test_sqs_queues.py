"""Queues as long as a batch of dropped images makes them."""

from __future__ import annotations

from localcloud.aws.account import Clients

MESSAGES = 1000  # moto by itself takes minutes for so many


def test_a_long_queue_is_handed_out_whole(account: Clients) -> None:
    sqs = account["sqs"]
    url = account.queue_url("taken")
    for start in range(0, MESSAGES, 10):
        entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)

    received: set[str] = set()
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        received |= {message["Body"] for message in messages}

    assert received == {str(number) for number in range(MESSAGES)}


def test_a_message_that_was_not_deleted_is_visible_again_and_a_delayed_one_later(
    account: Clients,
) -> None:
    sqs = account["sqs"]
    url = account.queue_url("taken")
    sqs.send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=900)
    sqs.send_message(QueueUrl=url, MessageBody="at once")

    first = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=900)
    hidden = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    (message,) = first["Messages"]
    sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
    )
    again = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2)

    assert message["Body"] == "at once"
    assert "Messages" not in hidden
    assert [received["Body"] for received in again["Messages"]] == ["at once"]
