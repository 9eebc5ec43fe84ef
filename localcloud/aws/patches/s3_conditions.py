"""Conditional requests of S3 hold whoever writes at the same time, and say what S3 says.

moto looks and then writes: of two writers under `If-None-Match: *` both may succeed. It also takes
`If-None-Match` with an ETag, does not know `If-Match` of a multipart upload's end, and answers a
delete marker that is named as if it were not there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from moto.s3.exceptions import MethodNotAllowed, MissingKey, MissingVersion, PreconditionFailed
from moto.s3.models import FakeDeleteMarker
from moto.s3.responses import S3Response

from localcloud.aws import mishaps
from localcloud.aws.patches.patch import Patch

_put_object_of_moto: Callable[[S3Response], Any] = S3Response.put_object
_copy_object_of_moto: Callable[[S3Response], Any] = S3Response.copy_object
_delete_object_of_moto: Callable[[S3Response], Any] = S3Response.delete_object
_post_of_moto: Callable[..., Any] = S3Response._key_response_post
_get_key_of_moto: Callable[..., Any] = S3Response._get_key

_NOT_IMPLEMENTED = (
    "<Error><Code>NotImplemented</Code><Message>A header you provided implies functionality that "
    "is not implemented</Message></Error>"
)
_CONFLICT = (
    "<Error><Code>ConditionalRequestConflict</Code><Message>The conditional request cannot succeed "
    "due to a conflicting operation against this resource.</Message></Error>"
)
# Of keys, by their hash: a lock for each key would be kept for ever.
_LOCKS = tuple(threading.RLock() for _ in range(64))


def _lock(bucket: str, key: str) -> threading.RLock:
    return _LOCKS[hash((bucket, key)) % len(_LOCKS)]


def _alone(write: Callable[[S3Response], Any]) -> Callable[[S3Response], Any]:
    """The write with nobody else writing that key between its look and its end."""

    def locked(response: S3Response) -> Any:
        if response.headers.get("If-None-Match", "*") != "*":
            return 501, {"Content-Type": "application/xml"}, _NOT_IMPLEMENTED
        key = response.parse_key_name()
        conditional = "If-Match" in response.headers or "If-None-Match" in response.headers
        if conditional and mishaps.strikes(mishaps.CONFLICTS, key):
            return 409, {"Content-Type": "application/xml"}, _CONFLICT
        with _lock(response.bucket_name, key):
            return write(response)

    return locked


def _post(
    response: S3Response, request: Any, body: bytes, bucket: str, query: Any, key: str
) -> Any:
    with _lock(bucket, key):
        if query.get("uploadId"):
            _check_match(response, bucket, key)
        return _post_of_moto(response, request, body, bucket, query, key)


def _check_match(response: S3Response, bucket: str, key: str) -> None:
    wanted = response.headers.get("If-Match")
    if wanted is None:
        return
    there = response.backend.get_object(bucket, key)
    if there is None:
        raise MissingKey(key=key)
    if wanted.strip('"') != there.etag.strip('"'):
        raise PreconditionFailed("If-Match")


def _get_key(response: S3Response, validate_storage_class: bool = True) -> Any:
    """Like moto's, but a delete marker cannot be read."""
    try:
        return _get_key_of_moto(response, validate_storage_class)
    except MissingVersion:
        found = response.backend.get_object(
            response.bucket_name,
            response.parse_key_name(),
            version_id=response.querystring["versionId"][0],
            return_delete_marker=True,
        )
        if isinstance(found, FakeDeleteMarker):
            raise MethodNotAllowed("GET", "DeleteMarker") from None
        raise


PATCHES = (
    Patch(S3Response, "put_object", _alone(_put_object_of_moto)),
    Patch(S3Response, "copy_object", _alone(_copy_object_of_moto)),
    Patch(S3Response, "delete_object", _alone(_delete_object_of_moto)),
    Patch(S3Response, "_key_response_post", _post),
    Patch(S3Response, "_get_key", _get_key),
)
