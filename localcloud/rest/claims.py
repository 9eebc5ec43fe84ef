"""What a request says of its own signature (Version 4), in its headers or in its query string."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl

from localcloud.sagemaker.http.messages import Pairs, Request

ALGORITHM = "AWS4-HMAC-SHA256"
_TOLERANCE = timedelta(minutes=5)  # between the signing clock and ours
_STAMP = "%Y%m%dT%H%M%SZ"
_IN_QUERY = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders")
_CREDENTIAL = re.compile(
    r"(?P<key>[^/]+)/(?P<date>[^/]+)/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request"
)


class Forbidden(Exception):
    """The request may not pass: the message is what API Gateway answers, `kind` its error type."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Who has signed what, if the signature is right."""

    key: str
    token: str
    region: str
    service: str
    stamp: str
    headers: tuple[str, ...]  # the names of those that are signed
    query: Pairs  # decoded, without the signature itself
    signature: str
    lasting: timedelta = _TOLERANCE

    def check_time(self, now: datetime) -> None:
        try:
            signed_at = datetime.strptime(self.stamp, _STAMP).replace(tzinfo=UTC)
        except ValueError as error:
            raise _incomplete(
                "Date must be in ISO-8601 'basic format'. "
                f"Got '{self.stamp}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ) from error
        earliest, latest = now - self.lasting, now + _TOLERANCE
        if signed_at < earliest:
            raise _invalid(
                f"Signature expired: {self.stamp} is now earlier than {earliest:{_STAMP}} "
                f"({now:{_STAMP}} - {self.lasting.total_seconds() / 60:g} min.)"
            )
        if signed_at > latest:
            raise _invalid(
                f"Signature not yet current: {self.stamp} is still later than {latest:{_STAMP}} "
                f"({now:{_STAMP}} + 5 min.)"
            )


def claim_of(request: Request) -> Claim:
    """The claim; `Forbidden` when there is none, or not all of it."""
    query = parse_qsl(request.query, keep_blank_values=True)
    if authorization := request.header("authorization"):
        return _in_header(authorization, request, query)
    parameters = dict(query)
    if "X-Amz-Signature" in parameters:
        return _in_query(parameters, query)
    raise Forbidden("Missing Authentication Token", "MissingAuthenticationTokenException")


def _in_header(authorization: str, request: Request, query: Pairs) -> Claim:
    algorithm, _, rest = authorization.strip().partition(" ")
    parts = (part.strip().partition("=") for part in rest.split(","))
    given = {name: value for name, _, value in parts} if algorithm == ALGORITHM else {}
    lacking = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not given.get(name)
    ]
    stamp = _stamp(request)
    if not stamp:
        lacking.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
    if lacking:
        raise _incomplete(f"{' '.join(lacking)} Authorization={authorization}")
    scope = _scope(given["Credential"])
    return Claim(
        key=scope["key"],
        region=scope["region"],
        service=scope["service"],
        token=request.header("x-amz-security-token"),
        stamp=stamp,
        headers=_signed_headers(given["SignedHeaders"]),
        query=query,
        signature=given["Signature"],
    )


def _in_query(parameters: Mapping[str, str], query: Pairs) -> Claim:
    lacking = [name for name in _IN_QUERY if not parameters.get(name)]
    if lacking or parameters["X-Amz-Algorithm"] != ALGORITHM:
        named = " ".join(
            f"AWS query-string parameters must include '{name}'." for name in lacking or _IN_QUERY
        )
        raise _incomplete(f"{named} Re-examine the query-string parameters.")
    scope = _scope(parameters["X-Amz-Credential"])
    return Claim(
        key=scope["key"],
        region=scope["region"],
        service=scope["service"],
        token=parameters.get("X-Amz-Security-Token", ""),
        stamp=parameters["X-Amz-Date"],
        headers=_signed_headers(parameters["X-Amz-SignedHeaders"]),
        query=[(name, value) for name, value in query if name != "X-Amz-Signature"],
        signature=parameters["X-Amz-Signature"],
        lasting=_lasting(parameters.get("X-Amz-Expires", "")),
    )


def _scope(credential: str) -> re.Match[str]:
    scope = _CREDENTIAL.fullmatch(credential)
    if scope is None:
        raise _incomplete(
            "Credential must have exactly 5 slash-delimited elements, "
            f"e.g. keyid/date/region/service/term, got '{credential}'"
        )
    return scope


def _stamp(request: Request) -> str:
    if stamp := request.header("x-amz-date"):
        return stamp
    try:
        return f"{parsedate_to_datetime(request.header('date')).astimezone(UTC):{_STAMP}}"
    except ValueError:
        return ""


def _signed_headers(text: str) -> tuple[str, ...]:
    names = tuple(text.lower().split(";"))
    if "host" not in names:
        raise _invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    return names


def _lasting(expires: str) -> timedelta:
    """A shorter time than ours if it asks for one: only S3 lets a signed address live longer."""
    if not expires.isdecimal():
        return _TOLERANCE
    return min(_TOLERANCE, timedelta(seconds=int(expires)))


def _incomplete(message: str) -> Forbidden:
    return Forbidden(message, "IncompleteSignatureException")


def _invalid(message: str) -> Forbidden:
    return Forbidden(message, "InvalidSignatureException")
