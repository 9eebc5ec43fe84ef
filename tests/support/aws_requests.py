"""Requests as boto3 sends them, caught before they leave."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from localcloud.iam.requests.request import Claim, Request


class _Caught(Exception):
    """The request that would have been sent."""

    def __init__(self, prepared: AWSPreparedRequest) -> None:
        super().__init__()
        self.prepared = prepared


def made_by(service: str, operation: str, **parameters: Any) -> tuple[Claim, Request]:
    """The request of one call of a client's method."""
    client: Any = boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url="http://127.0.0.1:9",
        region_name="us-east-1",
        aws_access_key_id="ASIAKEY",
        aws_secret_access_key="secret",
        aws_session_token="token",
        config=Config(s3={"addressing_style": "path"}),
    )
    client.meta.events.register("before-send", _catch)
    try:
        getattr(client, operation)(**parameters)
    except _Caught as caught:
        return _request(caught.prepared)
    raise AssertionError(f"{operation} sent nothing")


def _catch(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
    raise _Caught(request)


def _request(prepared: AWSPreparedRequest) -> tuple[Claim, Request]:
    sent: Any = prepared  # boto3-stubs know no bytes among the headers
    address = urlsplit(sent.url)
    headers = {
        name.lower(): value.decode() if isinstance(value, bytes) else str(value)
        for name, value in sent.headers.items()
    }
    body = sent.body or b""
    request = Request(
        method=sent.method,
        path=unquote(address.path),
        query=dict(parse_qsl(address.query, keep_blank_values=True)),
        headers=headers,
        body=body.encode() if isinstance(body, str) else getattr(body, "read", lambda: body)(),
    )
    claim = Claim.read(headers, request.query)
    assert claim is not None
    return claim, request
