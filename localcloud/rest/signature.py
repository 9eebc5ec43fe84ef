"""Signature Version 4 of incoming requests, judged as API Gateway judges it."""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localcloud.aws.account import ACCESS_KEY, REGION, SECRET_KEY

_SERVICE = "execute-api"
_TOLERANCE = 300  # seconds between the signing clock and ours
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>[^,]+),"
    r"\s*SignedHeaders=(?P<headers>[^,]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


class Forbidden(Exception):
    """The request may not pass: the message is what API Gateway answers, `kind` its error type."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


def verify(method: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raise `Forbidden` unless the request is signed, freshly, with the local secret."""
    headers = {name.lower(): value for name, value in headers.items()}
    if "authorization" not in headers:
        raise Forbidden("Missing Authentication Token", "MissingAuthenticationTokenException")
    claim = _AUTHORIZATION.fullmatch(headers["authorization"])
    if claim is None or "x-amz-date" not in headers:
        raise Forbidden("Authorization header is not valid", "IncompleteSignatureException")
    if claim["key"] != ACCESS_KEY:
        raise Forbidden(
            "The security token included in the request is invalid.", "UnrecognizedClientException"
        )
    _check_date(headers["x-amz-date"])
    signed = {name: headers.get(name, "") for name in claim["headers"].split(";")}
    wanted = _signature(AWSRequest(method, url, headers=signed, data=body), headers)
    if not hmac.compare_digest(wanted, claim["signature"]):
        raise Forbidden(
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method.",
            "InvalidSignatureException",
        )


def _check_date(stamp: str) -> None:
    try:
        signed_at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Forbidden(
            "Date must be in ISO-8601 'basic format'.", "IncompleteSignatureException"
        ) from error
    age = (datetime.now(UTC) - signed_at).total_seconds()
    if abs(age) > _TOLERANCE:
        state = "expired" if age > 0 else "not yet current"
        raise Forbidden(f"Signature {state}: {stamp}", "InvalidSignatureException")


def _signature(request: AWSRequest, headers: Mapping[str, str]) -> str:
    signer = SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), _SERVICE, REGION)
    request.context["timestamp"] = headers["x-amz-date"]
    if "x-amz-content-sha256" in headers:
        request.headers["X-Amz-Content-SHA256"] = headers["x-amz-content-sha256"]
    text = signer.string_to_sign(request, signer.canonical_request(request))
    return str(signer.signature(text, request))
