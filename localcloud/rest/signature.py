"""Signature Version 4 of incoming requests, judged as API Gateway judges it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import normalize_url_path

from localcloud.aws.account import REGION
from localcloud.rest.claims import Claim, Forbidden, claim_of
from localcloud.sagemaker.http.messages import Request

_SERVICE = "execute-api"
SecretOf = Callable[[str, str], str | None]  # of an access key with its token, if it opens anything


def verify(request: Request, secret_of: SecretOf) -> Claim:
    """Who has signed the request; `Forbidden` unless it is signed, freshly, with their secret."""
    claim = claim_of(request)
    secret = secret_of(claim.key, claim.token)
    if secret is None:
        raise Forbidden(
            "The security token included in the request is invalid.", "UnrecognizedClientException"
        )
    _check_scope(claim)
    claim.check_time(datetime.now(UTC))
    canonical = _canonical_request(request, claim)
    signer = SigV4Auth(Credentials(claim.key, secret), _SERVICE, REGION)
    signed = AWSRequest()
    signed.context["timestamp"] = claim.stamp
    text = signer.string_to_sign(signed, canonical)
    if not hmac.compare_digest(signer.signature(text, signed), claim.signature):
        raise Forbidden(
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. Consult the service "
            "documentation for details.\n\nThe Canonical String for this request should have been\n"
            f"'{canonical}'\n\nThe String-to-Sign should have been\n'{text}'\n",
            "InvalidSignatureException",
        )
    return claim


def _check_scope(claim: Claim) -> None:
    if claim.region != REGION:
        message = f"Credential should be scoped to a valid region, not '{claim.region}'. "
    elif claim.service != _SERVICE:
        message = f"Credential should be scoped to correct service: '{_SERVICE}'. "
    else:
        return
    raise Forbidden(message, "InvalidSignatureException")


def _canonical_request(request: Request, claim: Claim) -> str:
    """The request as its signer has seen it, except for what was changed on the way.

    The body's hash is always that of the body: API Gateway takes no unsigned payload, whatever
    `x-amz-content-sha256` says.
    """
    return "\n".join(
        (
            request.method.upper(),
            # Encoded once more than it was sent, as for all services but S3.
            quote(normalize_url_path(request.path), safe="/-_.~"),
            _canonical_query(claim),
            *(f"{name}:{_value_of(request, name)}" for name in claim.headers),
            "",
            ";".join(claim.headers),
            hashlib.sha256(request.body).hexdigest(),
        )
    )


def _canonical_query(claim: Claim) -> str:
    encoded = ((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in claim.query)
    return "&".join(f"{name}={value}" for name, value in sorted(encoded))


def _value_of(request: Request, name: str) -> str:
    values = (value for key, value in request.headers if key.lower() == name)
    return ",".join(" ".join(value.split()) for value in values)
