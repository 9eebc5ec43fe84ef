"""`aws logs tail --log-stream-name-prefix` shows the streams of that name alone.

moto's FilterLogEvents ignores the prefix.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse

from localcloud.aws.patches.patch import Patch

_NO_STREAM = [""]  # moto takes an empty list for all streams; no stream has an empty name
_prefix: ContextVar[str | None] = ContextVar("log_stream_name_prefix", default=None)
_response_of_moto: Any = LogsResponse.filter_log_events
_filter_of_moto: Any = LogGroup.filter_log_events


def _filter_log_events(response: LogsResponse) -> Any:
    token = _prefix.set(response._get_param("logStreamNamePrefix"))
    try:
        return _response_of_moto(response)
    finally:
        _prefix.reset(token)


def _filter_streams(
    group: LogGroup, log_group_name: str, log_stream_names: list[str], *arguments: Any
) -> Any:
    prefix = _prefix.get()
    if prefix is not None:
        named = [name for name in group.streams if name.startswith(prefix)]
        log_stream_names = named or _NO_STREAM
    return _filter_of_moto(group, log_group_name, log_stream_names, *arguments)


PATCHES = (
    Patch(LogsResponse, "filter_log_events", _filter_log_events),
    Patch(LogGroup, "filter_log_events", _filter_streams),
)
