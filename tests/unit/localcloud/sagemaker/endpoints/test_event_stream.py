"""A streamed answer is what AWS's clients can read: boto3 decodes every part of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.eventstream import EventStreamBuffer
from botocore.exceptions import ClientError

from localcloud.sagemaker.endpoints.event_stream import PART, payload_parts
from tests.support.endpoints import config, served
from tests.support.sagemaker_engine import Cloud


@pytest.fixture(scope="module")
def endpoint(cloud: Cloud) -> Iterator[str]:
    with served(cloud, config(cloud)) as name:
        yield name


def test_boto3_iterates_the_parts(cloud: Cloud, endpoint: str) -> None:
    sent = "rex" * PART

    answer = cloud.runtime.invoke_endpoint_with_response_stream(
        EndpointName=endpoint, Body=sent.encode(), ContentType="text/plain"
    )

    parts = [event["PayloadPart"]["Bytes"] for event in answer["Body"]]
    assert len(parts) == 4
    assert b"".join(parts).decode() == f"{sent}!"
    assert answer["ContentType"] == "text/plain"
    assert answer["InvokedProductionVariant"] == "AllTraffic"


def test_an_error_comes_before_the_stream(cloud: Cloud, endpoint: str) -> None:
    with pytest.raises(ClientError, match="not an image") as caught:
        cloud.runtime.invoke_endpoint_with_response_stream(EndpointName=endpoint, Body=b"broken")

    assert caught.value.response["Error"]["Code"] == "ModelError"


@pytest.mark.parametrize("body", [b"", b"x", b"x" * (PART + 1)])
def test_any_body_survives_the_encoding(body: bytes) -> None:
    buffer = EventStreamBuffer()
    for part in payload_parts(body):
        buffer.add_data(part)

    messages = list(buffer)

    assert b"".join(message.payload for message in messages) == body
    assert all(
        message.to_response_dict()["headers"][":event-type"] == "PayloadPart"
        for message in messages
    )
