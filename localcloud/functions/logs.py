"""What functions print, in CloudWatch Logs: one stream per process, START, END and REPORT lines."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.functions.access import Access
from localcloud.functions.function import Function

logger = logging.getLogger(__name__)
_BATCH = 1000


@dataclass(frozen=True)
class Line:
    function: Function
    stream: str
    time: int  # milliseconds since the epoch
    text: str


def log_group(function: Function) -> str:
    return f"/aws/lambda/{function.name}"


class LogShipper:
    """Sends lines in the background: no function waits for its log, nor fails without one."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._lines: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
        self._streams: set[tuple[str, str]] = set()
        self._thread = threading.Thread(target=self._run, name="log-shipper")
        self._thread.start()

    def send(self, function: Function, stream: str, text: str) -> None:
        self._lines.put(Line(function, stream, int(time.time() * 1000), text))

    def close(self) -> None:
        """Send what is left, then end."""
        self._lines.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            lines, last = self._gather(line)
            self._ship(lines)
            if last:
                return

    def _gather(self, line: Line) -> tuple[list[Line], bool]:
        lines = [line]
        while len(lines) < _BATCH:
            try:
                following = self._lines.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return lines, True
            lines.append(following)
        return lines, False

    def _ship(self, lines: Iterable[Line]) -> None:
        def place(line: Line) -> tuple[str, str]:
            return line.function.name, line.stream

        for (_, stream), part in groupby(sorted(lines, key=place), key=place):
            try:
                self._ship_to(stream, list(part))
            except (ClientError, BotoCoreError):
                logger.exception("function logs could not be stored")

    def _ship_to(self, stream: str, lines: Sequence[Line]) -> None:
        function = lines[0].function
        logs, group = self._access.clients(function)["logs"], log_group(function)
        self._make_stream(logs, group, stream)
        events: list[dict[str, Any]] = [
            {"timestamp": line.time, "message": line.text} for line in lines
        ]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)

    def _make_stream(self, logs: Any, group: str, stream: str) -> None:
        if (group, stream) in self._streams:
            return
        try:
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
        except logs.exceptions.ResourceNotFoundException:
            logs.create_log_group(logGroupName=group)
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
        self._streams.add((group, stream))
