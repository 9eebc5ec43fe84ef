"""Operations that users of the account reach for, and moto lacks."""

from __future__ import annotations

import time

import pytest
from botocore.exceptions import ClientError

from tests.support.fixture_service import Deployed
from tests.support.waiting import eventually


def arn(deployed: Deployed, queue: str) -> str:
    answer = deployed.clients["sqs"].get_queue_attributes(
        QueueUrl=deployed.queue(queue), AttributeNames=["QueueArn"]
    )
    return str(answer["Attributes"]["QueueArn"])


def test_dead_letters_go_back_to_the_queue_that_they_came_from(deployed: Deployed) -> None:
    sqs = deployed.clients["sqs"]
    deployed.send("idle-dead", "one", "two")

    task = sqs.start_message_move_task(SourceArn=arn(deployed, "idle-dead"))

    assert task["TaskHandle"]
    bodies = eventually(lambda: [message["Body"] for message in deployed.taken("idle")])
    assert sorted(bodies) == ["one", "two"]
    assert deployed.taken("idle-dead") == []
    [done] = sqs.list_message_move_tasks(SourceArn=arn(deployed, "idle-dead"))["Results"]
    assert done["Status"] == "COMPLETED"
    assert done["ApproximateNumberOfMessagesMoved"] == 2


def test_dead_letters_go_to_another_queue_if_one_is_named(deployed: Deployed) -> None:
    deployed.send("idle-dead", "elsewhere")

    deployed.clients["sqs"].start_message_move_task(
        SourceArn=arn(deployed, "idle-dead"), DestinationArn=arn(deployed, "dead-letters")
    )

    assert [message["Body"] for message in deployed.taken("dead-letters")] == ["elsewhere"]


def test_only_a_dead_letter_queue_can_be_moved_back(deployed: Deployed) -> None:
    with pytest.raises(ClientError, match="must be configured as a Dead Letter Queue"):
        deployed.clients["sqs"].start_message_move_task(SourceArn=arn(deployed, "seen"))


def test_a_stream_s_prefix_narrows_a_log(deployed: Deployed) -> None:
    logs = deployed.clients["logs"]
    logs.create_log_group(logGroupName="/gaps")
    for stream in ("first/algo-1", "second/algo-1"):
        logs.create_log_stream(logGroupName="/gaps", logStreamName=stream)
        event = {"timestamp": int(time.time() * 1000), "message": stream}
        logs.put_log_events(logGroupName="/gaps", logStreamName=stream, logEvents=[event])

    def messages(**filters: str) -> list[str]:
        events = logs.filter_log_events(logGroupName="/gaps", **filters)["events"]
        return [event["message"] for event in events]

    assert messages(logStreamNamePrefix="second") == ["second/algo-1"]
    assert messages(logStreamNamePrefix="third") == []
    assert messages() == ["first/algo-1", "second/algo-1"]


def test_service_quotas_tells_of_the_limits_that_the_engine_has(deployed: Deployed) -> None:
    client = deployed.clients["service-quotas"]

    quotas = client.list_service_quotas(ServiceCode="sagemaker")["Quotas"]
    [training] = [quota for quota in quotas if "training" in quota["QuotaName"]]
    found = client.get_service_quota(ServiceCode="sagemaker", QuotaCode=training["QuotaCode"])

    assert training["Value"] == 4.0
    assert found["Quota"]["QuotaName"] == training["QuotaName"]


def test_a_quota_that_does_not_exist_is_not_found(deployed: Deployed) -> None:
    client = deployed.clients["service-quotas"]

    with pytest.raises(client.exceptions.NoSuchResourceException):
        client.get_service_quota(ServiceCode="sagemaker", QuotaCode="L-00000000")


def test_what_moto_does_not_know_is_refused_in_a_sentence(deployed: Deployed) -> None:
    with pytest.raises(ClientError, match=r"does not support sqs:|does not support logs:"):
        deployed.clients["logs"].list_anomalies()
