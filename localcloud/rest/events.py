"""API Gateway's Lambda proxy integration: the event of a request, the response of an answer."""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from localcloud.aws.account import NUMBER
from localcloud.functions.invocation import Outcome
from localcloud.rest.gatekeeper import Caller
from localcloud.rest.routes import Match, RestApi
from localcloud.sagemaker.http.messages import Pairs, Request, Response

_STATUSES = range(200, 600)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def message(status: int, text: str, kind: str | None = None) -> Response:
    """An answer of the gateway itself."""
    headers = [("Content-Type", "application/json")]
    if kind is not None:
        headers.append(("x-amzn-ErrorType", kind))
    return Response(status=status, headers=headers, body=json.dumps({"message": text}).encode())


def proxy_event(
    request: Request, match: Match, api: RestApi, caller: Caller | None
) -> dict[str, Any]:
    """The event; `caller` has signed the request, None when nobody had to."""
    query = parse_qsl(request.query, keep_blank_values=True)
    binary = api.is_binary(request.header("content-type"))
    return {
        "resource": match.route.resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": dict(request.headers) or None,
        "multiValueHeaders": _grouped(request.headers) or None,
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _grouped(query) or None,
        "pathParameters": match.parameters,
        "stageVariables": None,
        "requestContext": _context(request, match, api, caller),
        "body": _body(request.body, binary=binary),
        "isBase64Encoded": binary and bool(request.body),
    }


def _body(body: bytes, *, binary: bool) -> str | None:
    if not body:
        return None
    return base64.b64encode(body).decode() if binary else body.decode(errors="replace")


def _grouped(pairs: Pairs) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _context(request: Request, match: Match, api: RestApi, caller: Caller | None) -> dict[str, Any]:
    now = datetime.now(UTC)
    host = request.header("host")
    return {
        "resourceId": match.route.resource_id,
        "resourcePath": match.route.resource,
        "httpMethod": request.method,
        "extendedRequestId": uuid.uuid4().hex[:16],
        "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "path": f"/{api.stage}{request.path}",
        "accountId": NUMBER,
        "protocol": "HTTP/1.1",
        "stage": api.stage,
        "domainPrefix": host.partition(".")[0],
        "requestTimeEpoch": int(now.timestamp() * 1000),
        "requestId": str(uuid.uuid4()),
        "identity": _identity(request, caller),
        "domainName": host,
        "apiId": api.id,
    }


def _identity(request: Request, caller: Caller | None) -> dict[str, Any]:
    identity: dict[str, Any] = dict.fromkeys(
        (
            "cognitoIdentityPoolId",
            "cognitoIdentityId",
            "principalOrgId",
            "cognitoAuthenticationType",
            "cognitoAuthenticationProvider",
            "accountId",
            "accessKey",
            "caller",
            "user",
            "userArn",
        )
    )
    identity |= {"sourceIp": request.source, "userAgent": request.header("user-agent") or None}
    if caller is not None:
        identity |= {
            "accountId": NUMBER,
            "accessKey": caller.key,
            "caller": caller.principal.id,
            "user": caller.principal.id,
            "userArn": caller.principal.arn,
        }
    return identity


@dataclass(frozen=True)
class _Malformed(Exception):
    """The function's answer is not a proxy response."""

    answer: object = field(default=None)


def response_of(outcome: Outcome, api: RestApi) -> Response:
    """The function's answer; anything but a proxy response is a bad gateway, as on AWS."""
    try:
        if outcome.failed:
            raise _Malformed(outcome.payload)
        return _response(outcome.document, api)
    except (_Malformed, AttributeError, TypeError, ValueError):
        return message(502, "Internal server error", "InternalServerErrorException")


def _response(answer: Any, api: RestApi) -> Response:
    if not isinstance(answer, Mapping) or "statusCode" not in answer:
        raise _Malformed(answer)
    body = answer.get("body")
    if not isinstance(body, str | None):
        raise _Malformed(answer)
    headers = _answer_headers(answer)
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    # Without binary media types API Gateway passes the base64 text on as it is.
    encoded = answer.get("isBase64Encoded") is True and bool(api.binary_types)
    content = base64.b64decode(body or "") if encoded else (body or "").encode()
    status = int(answer["statusCode"])
    if status not in _STATUSES or not all(_is_header(*header) for header in headers):
        raise _Malformed(answer)
    return Response(status=status, headers=headers, body=content)


def _answer_headers(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    multiple = answer.get("multiValueHeaders") or {}
    headers = [(name, _text(value)) for name, values in multiple.items() for value in values]
    single = answer.get("headers") or {}
    return headers + [
        (name, _text(value)) for name, value in single.items() if name not in multiple
    ]


def _is_header(name: str, value: str) -> bool:
    return bool(_HEADER_NAME.fullmatch(name)) and not _CONTROL.search(value)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
