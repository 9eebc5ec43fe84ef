"""What functions print, in CloudWatch Logs: one stream per process, START, END and REPORT lines."""

import logging
import queue
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.aws.account import Clients

logger = logging.getLogger(__name__)
_BATCH = 1000


@dataclass(frozen=True)
class Line:
    group: str
    stream: str
    time: int  # milliseconds since the epoch
    text: str


class LogShipper:
    """Sends lines in the background: no function waits for its log."""

    def __init__(self, clients: Clients) -> None:
        self._logs = clients["logs"]
        self._lines: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
        self._streams: set[tuple[str, str]] = set()
        self._thread = threading.Thread(target=self._run, name="log-shipper")
        self._thread.start()

    def send(self, group: str, stream: str, text: str) -> None:
        self._lines.put(Line(group, stream, int(time.time() * 1000), text))

    def close(self) -> None:
        """Send what is left, then end."""
        self._lines.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            lines, last = self._gather(line)
            try:
                self._ship(lines)
            except (ClientError, BotoCoreError):
                logger.exception("function logs could not be stored")
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
            return line.group, line.stream

        for (group, stream), part in groupby(sorted(lines, key=place), key=place):
            self._make_stream(group, stream)
            events: list[dict[str, Any]] = [
                {"timestamp": line.time, "message": line.text} for line in part
            ]
            self._logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)

    def _make_stream(self, group: str, stream: str) -> None:
        if (group, stream) in self._streams:
            return
        try:
            self._logs.create_log_stream(logGroupName=group, logStreamName=stream)
        except self._logs.exceptions.ResourceNotFoundException:
            self._logs.create_log_group(logGroupName=group)
            self._logs.create_log_stream(logGroupName=group, logStreamName=stream)
        self._streams.add((group, stream))
