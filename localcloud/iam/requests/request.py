"""A signed request as it comes over HTTP, before anybody has judged it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request\b")


class Unmapped(Exception):
    """The local cloud does not know which permissions the request takes: it is refused."""

    @property
    def sentence(self) -> str:
        return (
            f"The local cloud does not know which permissions this request takes ({self}): it is "
            "refused to everybody but the account's administrator."
        )


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Who the request says has signed it, and for which service of which region."""

    key: str
    region: str
    service: str
    token: str

    @classmethod
    def read(cls, headers: Mapping[str, str], query: Mapping[str, str]) -> Claim | None:
        """From the header, or from the query of a presigned address; None when unsigned."""
        token = headers.get("x-amz-security-token") or query.get("X-Amz-Security-Token", "")
        if "AWSAccessKeyId" in query:  # as boto3 still signs addresses of S3 by itself
            token = query.get("x-amz-security-token", "")
            key = query["AWSAccessKeyId"]
            return cls(key=key, region="us-east-1", service="s3", token=token)
        scope = headers.get("authorization") or "Credential=" + query.get("X-Amz-Credential", "")
        found = _CREDENTIAL.search(scope)
        if found is None:
            return None
        return cls(key=found[1], region=found[2], service=found[3].lower(), token=token)


@dataclass(frozen=True, kw_only=True)
class Request:
    method: str
    path: str  # decoded
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""

    @property
    def target(self) -> str:
        """The operation of a JSON protocol, without the service in front."""
        return self.headers.get("x-amz-target", "").rpartition(".")[2]

    def json(self) -> dict[str, Any]:
        try:
            body = json.loads(self.body or b"{}")
        except ValueError as error:
            raise Unmapped("the body is not JSON") from error
        if not isinstance(body, dict):
            raise Unmapped("the body is not a JSON object")
        return body

    def form(self) -> dict[str, str]:
        """The parameters of the query protocol, which may come in the address as well."""
        return dict(self.query) | dict(parse_qsl(self.body.decode("utf-8", "replace")))


@dataclass(frozen=True, kw_only=True)
class Region:
    """What the names in a request are relative to."""

    account: str
    name: str
    hash_key: Callable[[str], str | None]  # the name of a table's partition key, if there is one

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.name}:{self.account}:{resource}"
