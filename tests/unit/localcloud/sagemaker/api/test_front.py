"""What is no request of SageMaker's is refused as SageMaker refuses."""

from __future__ import annotations

import pytest

from tests.support.raw_http import exchange
from tests.support.sagemaker_engine import Cloud

LIST = b"POST / HTTP/1.1\r\nHost: here\r\nX-Amz-Target: SageMaker.ListTrainingJobs\r\n"


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (LIST + b"Content-Length: -1\r\n\r\n", 400, "BadRequestException"),
        (LIST + b"Content-Length: 999999999\r\n\r\n", 413, "RequestEntityTooLargeException"),
        (LIST + b"Content-Length: 1\r\n\r\n{", 400, "SerializationException"),
        (LIST + b"Content-Length: 2\r\n\r\n[]", 400, "SerializationException"),
        (LIST + b"Content-Length: 1\r\n\r\n\xff", 400, "SerializationException"),
        (b"GET / HTTP/1.1\r\nHost: here\r\n\r\n", 404, "UnknownOperationException"),
        (b"POST / HTTP/1.1\r\nHost: here\r\n\r\n", 400, "UnknownOperationException"),
        (
            b"POST /endpoints/%zz%ff/invocations HTTP/1.1\r\nHost: here\r\n\r\n",
            400,
            "ValidationError",
        ),
    ],
)
def test_a_request_that_is_none_is_refused_with_its_code(
    cloud: Cloud, sent: bytes, status: int, code: str
) -> None:
    answer = exchange(cloud.server.url, sent)

    assert answer.status == status
    assert (answer.document["__type"], answer.headers["x-amzn-ErrorType"]) == (code, code)
