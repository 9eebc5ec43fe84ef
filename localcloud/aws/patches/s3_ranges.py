"""A ranged GET reads its range.

moto reads a whole object for each ranged GET, and a large download is a hundred of those. Here the
content of such a request is read when moto cuts the range out of it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from moto.s3.models import FakeKey
from moto.s3.responses import S3Response

from localcloud.aws.patches.patch import Patch

_requested: ContextVar[bool] = ContextVar("range_requested", default=False)
_get_object_of_moto: Callable[[S3Response], Any] = S3Response.get_object
_value_of_moto: Any = FakeKey.value
_range_of_moto: Callable[..., Any] = S3Response._handle_range_header


class _Slices:
    """An object's content of which only slices are read."""

    def __init__(self, key: FakeKey) -> None:
        self._key = key

    def __len__(self) -> int:
        return int(self._key.size)

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(len(self))
        with self._key.lock:
            self._key._value_buffer.seek(start)
            return bytes(self._key._value_buffer.read(max(stop - start, 0)))


def _get_object(response: S3Response) -> Any:
    token = _requested.set(bool(response.headers.get("Range")))
    try:
        return _get_object_of_moto(response)
    finally:
        _requested.reset(token)


def _value(key: FakeKey) -> Any:
    return _Slices(key) if _requested.get() else _value_of_moto.fget(key)


def _handle_range_header(response: S3Response, request: Any, headers: Any, content: Any) -> Any:
    status, headers, content = _range_of_moto(response, request, headers, content)
    return status, headers, content[:] if isinstance(content, _Slices) else content


PATCHES = (
    Patch(S3Response, "get_object", _get_object),
    Patch(S3Response, "_handle_range_header", _handle_range_header),
    Patch(FakeKey, "value", property(_value, _value_of_moto.fset)),
)
