"""AWS's services reach a queue only where its policy lets them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from localcloud.aws.account import NUMBER, REGION, Clients
from tests.support.account_roles import refused

RULE = f"arn:aws:events:{REGION}:{NUMBER}:rule/kennel-told"


def arn(queue: str) -> str:
    return f"arn:aws:sqs:{REGION}:{NUMBER}:{queue}"


@pytest.fixture
def queues(administrator: Clients) -> Iterator[Clients]:
    for name in ("told", "dead"):
        administrator["sqs"].create_queue(QueueName=name)
    yield administrator
    for name in ("told", "dead"):
        administrator["sqs"].delete_queue(QueueUrl=administrator.queue_url(arn(name)))


def invite(clients: Clients, queue: str, service: str, source: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn(queue),
        "Condition": {
            "ArnLike": {"aws:SourceArn": source},
            "StringEquals": {"aws:SourceAccount": NUMBER},
        },
    }
    clients["sqs"].set_queue_attributes(
        QueueUrl=clients.queue_url(arn(queue)),
        Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})},
    )


def received(clients: Clients, queue: str) -> list[Any]:
    answer = clients["sqs"].receive_message(
        QueueUrl=clients.queue_url(arn(queue)),
        MaxNumberOfMessages=10,
        MessageAttributeNames=["All"],
    )
    return list(answer.get("Messages", []))


def notify_of(clients: Clients, queue: str) -> None:
    route = {"QueueArn": arn(queue), "Events": ["s3:ObjectCreated:*"]}
    clients["s3"].put_bucket_notification_configuration(
        Bucket="bucket", NotificationConfiguration={"QueueConfigurations": [route]}
    )


def test_s3_tries_a_queue_before_it_takes_a_notification(queues: Clients) -> None:
    invite(queues, "told", "s3", "arn:aws:s3:::another")

    assert refused(notify_of, clients=queues, queue="told")[1:] == (
        "InvalidArgument",
        "Unable to validate the following destination configurations",
    )


def test_s3_tells_a_queue_that_lets_it(queues: Clients) -> None:
    invite(queues, "told", "s3", "arn:aws:s3:::bucket")
    notify_of(queues, "told")

    queues["s3"].put_object(Bucket="bucket", Key="new", Body=b"x")

    events = [json.loads(message["Body"]) for message in received(queues, "told")]
    assert [event["Records"][0]["s3"]["object"]["key"] for event in events if "Records" in event]


@pytest.fixture
def rule(queues: Clients) -> Iterator[Clients]:
    queues["events"].put_rule(Name="kennel-told", EventPattern='{"source": ["here"]}')
    target = {"Id": "t", "Arn": arn("told"), "DeadLetterConfig": {"Arn": arn("dead")}}
    queues["events"].put_targets(Rule="kennel-told", Targets=[target])
    yield queues
    queues["events"].remove_targets(Rule="kennel-told", Ids=["t"])
    queues["events"].delete_rule(Name="kennel-told")


def happen(clients: Clients) -> None:
    entry = {"Source": "here", "DetailType": "Happened", "Detail": "{}"}
    clients["events"].put_events(Entries=[entry])


def test_a_rule_s_target_that_does_not_let_it_in_is_a_dead_letter(rule: Clients) -> None:
    invite(rule, "dead", "events", RULE)

    happen(rule)

    buried = received(rule, "dead")
    code = buried[0]["MessageAttributes"]["ERROR_CODE"]["StringValue"]
    assert (received(rule, "told"), len(buried), code) == ([], 1, "NO_PERMISSIONS")


def test_a_rule_sends_where_it_is_let(rule: Clients) -> None:
    invite(rule, "told", "events", RULE)

    happen(rule)

    assert len(received(rule, "told")) == 1


def test_what_nobody_lets_in_is_lost(rule: Clients) -> None:
    invite(rule, "told", "events", RULE.replace("kennel", "other"))

    happen(rule)

    assert (received(rule, "told"), received(rule, "dead")) == ([], [])
