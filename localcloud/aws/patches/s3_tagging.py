"""S3 tells of tags only after a PutObjectTagging request.

moto tells of every put that tags were added, tags or not.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from moto.s3.responses import S3Response

from localcloud.aws.patches.patch import Patch

_requested: ContextVar[bool] = ContextVar("tagging_requested", default=False)
_put_object_tagging_of_moto: Callable[[S3Response], Any] = S3Response.put_object_tagging


def is_requested() -> bool:
    """Whether the request at hand is one for tags, not a put that moto tells of as well."""
    return _requested.get()


def _put_object_tagging(response: S3Response) -> Any:
    token = _requested.set(True)
    try:
        return _put_object_tagging_of_moto(response)
    finally:
        _requested.reset(token)


PATCHES = (Patch(S3Response, "put_object_tagging", _put_object_tagging),)
