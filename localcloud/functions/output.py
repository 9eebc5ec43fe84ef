"""What a function process prints: read as it comes, complete before an invocation is reported."""

from __future__ import annotations

import os
import select
import subprocess
import threading
from collections import deque
from collections.abc import Callable

_TAIL = 500  # lines kept for Invoke's log tail
_CHUNK = 65536


class FunctionOutput:
    """Reads on a thread of its own; `ended` is called with the exit status after the last line."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        write: Callable[[str], None],
        ended: Callable[[int], None],
    ) -> None:
        assert process.stdout is not None
        self._process = process
        self._pipe = process.stdout
        self._write = write
        self._ended = ended
        self._lock = threading.Lock()
        self._partial = b""
        self._at_end = False
        self._tail: deque[str] = deque(maxlen=_TAIL)
        self._thread = threading.Thread(target=self._read, name=f"output of {process.pid}")
        self._thread.start()

    def line(self, text: str) -> None:
        """Add a line of the platform's own, such as START."""
        self._tail.append(text)
        self._write(text)

    def drain(self) -> None:
        """Return when everything printed so far has been written."""
        while not self._is_drained():
            self._thread.join(timeout=0.002)  # the reader is at it

    def taken_tail(self) -> str:
        lines = list(self._tail)
        self._tail.clear()
        return "".join(f"{line}\n" for line in lines)

    def join(self) -> None:
        self._thread.join()

    def _is_drained(self) -> bool:
        with self._lock:
            return self._at_end or not self._readable(0)

    def _readable(self, timeout: int | None) -> bool:
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN | select.POLLHUP)
        return bool(poll.poll(timeout))

    def _read(self) -> None:
        while not self._at_end:
            self._readable(None)
            # Under the lock from read to write: an empty pipe then means that all is written.
            with self._lock:
                chunk = os.read(self._pipe.fileno(), _CHUNK)
                self._take(chunk)
                self._at_end = not chunk
        self._pipe.close()
        self._ended(self._process.wait())

    def _take(self, chunk: bytes) -> None:
        *lines, self._partial = (self._partial + chunk).split(b"\n")
        if not chunk and self._partial:
            lines.append(self._partial)
        for line in lines:
            # The runtime client writes a traceback as one line with \r inside: one log event.
            self.line(line.decode(errors="replace").rstrip("\r").replace("\r", "\n"))
