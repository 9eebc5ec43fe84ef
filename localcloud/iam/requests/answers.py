"""How each service of AWS says no, and how STS says yes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from localcloud.iam.authority import AccessDenied
from localcloud.iam.principals import Principal
from localcloud.iam.requests.request import Request
from localcloud.iam.sessions import Credentials

_REST_JSON = ("lambda", "apigateway", "execute-api", "scheduler")


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """What is wrong, by the names that the three families of protocols have for it."""

    s3: str
    query: str
    json: str
    message: str


UNSIGNED = Refusal(
    "AccessDenied",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "Request is missing Authentication Token",
)
UNKNOWN = Refusal(
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
)
EXPIRED = Refusal(
    "ExpiredToken",
    "ExpiredToken",
    "ExpiredTokenException",
    "The security token included in the request is expired",
)


def refused(service: str, request: Request, refusal: Refusal) -> Answer:
    if service == "s3":
        return _s3_error(request, refusal.s3, refusal.message)
    if service in _REST_JSON or "x-amz-target" in request.headers:
        status = 403 if service in (*_REST_JSON, "sqs") else 400
        return _json_error(service, status, refusal.json, refusal.message)
    return _query_error(refusal.query, refusal.message)


def denied(service: str, request: Request, denial: AccessDenied) -> Answer:
    """The sentence in the words of the service that would say it."""
    action, resource = denial.need.action, denial.need.resource
    match service:
        case "s3":
            sentence = denial.sentence(action, f'"{resource}"')
            return _s3_error(request, "AccessDenied", sentence)
        case "sqs":
            return refused(
                service, request, _access_denied(denial.sentence(action.lower(), resource))
            )
        case "sns":
            spelled = action.replace("sns:", "SNS:")
            return _query_error("AuthorizationError", denial.sentence(spelled, resource))
    return refused(service, request, _access_denied(str(denial)))


def forbidden(service: str, request: Request, reason: str) -> Answer:
    return refused(service, request, _access_denied(reason))


def _access_denied(message: str) -> Refusal:
    return Refusal("AccessDenied", "AccessDenied", "AccessDeniedException", message)


def _s3_error(request: Request, code: str, message: str) -> Answer:
    if request.method == "HEAD":
        return Answer(status=403, body=b"")  # S3 gives no reason there
    number = secrets.token_hex(8).upper()
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{escape(message)}</Message>"
        f"<RequestId>{number}</RequestId><HostId>{number}</HostId></Error>"
    )
    return Answer(status=403, body=body.encode(), headers={"Content-Type": "application/xml"})


def _json_error(service: str, status: int, code: str, message: str) -> Answer:
    kind = f"com.amazon.coral.service#{code}"
    body = {"__type": kind, "Message": message, "message": message}
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-ErrorType": code}
    if service == "sqs":
        # Clients of the older query protocol know the error by this name.
        headers["x-amzn-query-error"] = f"{code.removesuffix('Exception')};Sender"
    return Answer(status=status, body=json.dumps(body).encode(), headers=headers)


def _query_error(code: str, message: str) -> Answer:
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
        f"<Message>{escape(message)}</Message></Error>{_request_id()}</ErrorResponse>"
    )
    return Answer(status=403, body=body.encode(), headers={"Content-Type": "text/xml"})


def _request_id() -> str:
    return f"<RequestId>{secrets.token_hex(16)}</RequestId>"


def caller_identity(caller: Principal) -> Answer:
    return _sts(
        "GetCallerIdentity",
        f"<Arn>{escape(caller.arn)}</Arn><UserId>{escape(caller.id)}</UserId>"
        f"<Account>{caller.account}</Account>",
    )


def assumed(credentials: Credentials) -> Answer:
    session = credentials.principal
    return _sts(
        "AssumeRole",
        f"<AssumedRoleUser><Arn>{escape(session.arn)}</Arn>"
        f"<AssumedRoleId>{escape(session.id)}</AssumedRoleId></AssumedRoleUser><Credentials>"
        f"<AccessKeyId>{credentials.key}</AccessKeyId>"
        f"<SecretAccessKey>{credentials.secret}</SecretAccessKey>"
        f"<SessionToken>{credentials.token}</SessionToken>"
        f"<Expiration>{credentials.expires:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>",
    )


def _sts(operation: str, result: str) -> Answer:
    body = (
        f'<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"<{operation}Result>{result}</{operation}Result>"
        f"<ResponseMetadata>{_request_id()}</ResponseMetadata></{operation}Response>"
    )
    return Answer(status=200, body=body.encode(), headers={"Content-Type": "text/xml"})
