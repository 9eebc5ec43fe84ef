"""Asynchronous inference: answered at once with a place, where the result comes later."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from localcloud.sagemaker.endpoints.async_inference import Accepted
from localcloud.sagemaker.region.objects import Location
from tests.support.endpoints import config, served
from tests.support.sagemaker_engine import BUCKET, Cloud, client, new_name
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def topics(cloud: Cloud) -> dict[str, str]:
    """The topics of success and error, both of which lead into a queue called like them."""
    sns = client("sns", cloud.moto_url)
    arns = {}
    for member in ("SuccessTopic", "ErrorTopic"):
        name = new_name(member)
        arns[member] = sns.create_topic(Name=name)["TopicArn"]
        url = cloud.sqs.create_queue(QueueName=name)["QueueUrl"]
        queue = cloud.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        sns.subscribe(
            TopicArn=arns[member],
            Protocol="sqs",
            Endpoint=queue["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )
    return arns


@pytest.fixture(scope="module")
def endpoint(cloud: Cloud, topics: dict[str, str]) -> Iterator[str]:
    output = {
        "S3OutputPath": f"s3://{BUCKET}/async/out",
        "S3FailurePath": f"s3://{BUCKET}/async/failed/",
        "NotificationConfig": topics,
    }
    wanted = {
        "OutputConfig": output,
        "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 2},
    }
    with served(cloud, config(cloud, AsyncInferenceConfig=wanted)) as name:
        yield name


def content(cloud: Cloud, uri: str) -> str:
    """The object at that place as soon as it is there."""
    key = Location.parse(uri).key
    eventually(lambda: cloud.keys(key), len)
    return cloud.get(key).decode()


def told(cloud: Cloud, topic: str, inference: str) -> dict[str, Any]:
    url = cloud.sqs.get_queue_url(QueueName=topic.rpartition(":")[2])["QueueUrl"]
    seen: list[dict[str, Any]] = []

    def look() -> list[dict[str, Any]]:
        messages = cloud.sqs.receive_message(QueueUrl=url).get("Messages", [])
        seen.extend(json.loads(message["Body"]) for message in messages)
        return [found for found in seen if found["inferenceId"] == inference]

    return eventually(look, len)[0]


def test_the_result_comes_to_the_place_that_was_told(
    cloud: Cloud, endpoint: str, topics: dict[str, str]
) -> None:
    place = cloud.put("async/in/rex", "rex")

    answer = cloud.runtime.invoke_endpoint_async(
        EndpointName=endpoint, InputLocation=place, ContentType="text/plain"
    )

    inference = answer["InferenceId"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert answer["OutputLocation"] == f"s3://{BUCKET}/async/out/{inference}.out"
    assert answer["FailureLocation"] == f"s3://{BUCKET}/async/failed/{inference}-error.out"
    assert content(cloud, answer["OutputLocation"]) == "rex!"
    message = told(cloud, topics["SuccessTopic"], inference)
    assert message["invocationStatus"] == "Completed"
    assert message["requestParameters"]["inputLocation"] == place
    assert message["responseParameters"]["outputLocation"] == answer["OutputLocation"]


def test_body_name_and_folder_can_be_given(cloud: Cloud, endpoint: str) -> None:
    answer = cloud.runtime.invoke_endpoint_async(
        EndpointName=endpoint,
        Body=b"bella",
        InferenceId="my-own",
        Filename="bella.json",
        S3OutputPathExtension="dogs/small",
    )

    assert answer["InferenceId"] == "my-own"
    assert answer["OutputLocation"] == f"s3://{BUCKET}/async/out/dogs/small/bella.json"
    assert content(cloud, answer["OutputLocation"]) == "bella!"


@pytest.mark.parametrize(
    ("key", "body", "reason"),
    [("async/in/broken", "broken", "not an image"), ("async/in/no", None, "NoSuchKey")],
)
def test_a_failure_is_told_and_kept(
    cloud: Cloud, endpoint: str, topics: dict[str, str], key: str, body: str | None, reason: str
) -> None:
    place = cloud.put(key, body) if body else f"s3://{BUCKET}/{key}"

    answer = cloud.runtime.invoke_endpoint_async(EndpointName=endpoint, InputLocation=place)

    assert reason in content(cloud, answer["FailureLocation"])
    message = told(cloud, topics["ErrorTopic"], answer["InferenceId"])
    assert message["invocationStatus"] == "Failed"
    assert reason in message["failureReason"]


def test_what_waited_too_long_is_expired() -> None:
    place = Location(BUCKET, "x")
    minute: dict[str, Any] = {"RequestTTLSeconds": 60}

    ages = [
        Accepted(minute, "id", place, None, received=time.time() - age).expired for age in (1, 61)
    ]

    assert ages == [False, True]


def test_each_kind_of_endpoint_has_its_own_operation(cloud: Cloud, endpoint: str) -> None:
    with pytest.raises(ClientError, match="use InvokeEndpointAsync"):
        cloud.runtime.invoke_endpoint(EndpointName=endpoint, Body=b"rex")
    with pytest.raises(ClientError, match="Exactly one of InputLocation and Body"):
        cloud.runtime.invoke_endpoint_async(EndpointName=endpoint)
    with pytest.raises(ClientError, match="not found"):
        cloud.runtime.invoke_endpoint_async(EndpointName="no", Body=b"x")


def test_members_are_checked_as_their_shapes_say(cloud: Cloud, endpoint: str) -> None:
    url = f"{cloud.server.runtime_url}/endpoints/{endpoint}/async-invocations"

    answer = requests.post(
        url, b"x", headers={"X-Amzn-SageMaker-RequestTTLSeconds": "1"}, timeout=10
    )

    assert answer.status_code == 400
    assert answer.headers["x-amzn-ErrorType"] == "ValidationError"
    assert "greater than or equal to 60" in answer.json()["message"]
