"""The processes of one function: reused while warm, as many at once as it has places."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from localcloud.functions.function import Function
from localcloud.functions.invocation import Invocation, Outcome, Throttled
from localcloud.functions.process import FunctionProcess, Surroundings

logger = logging.getLogger(__name__)


class FunctionPool:
    def __init__(self, function: Function, root: Path, surroundings: Surroundings) -> None:
        self.function = function
        self._root = root
        self._surroundings = surroundings
        self._places = threading.BoundedSemaphore(max(function.concurrency, 1))
        self._idle: list[FunctionProcess] = []
        self._all: set[FunctionProcess] = set()
        self._lock = threading.Lock()
        self._closed = False

    def invoke(self, invocation: Invocation, *, wait: bool = True) -> Outcome:
        """Run when a place is free; `wait=False` refuses instead of waiting, as Lambda does."""
        if self.function.concurrency == 0 or not self._places.acquire(blocking=wait):
            raise Throttled(self.function.name)
        try:
            return self._run(invocation)
        finally:
            self._places.release()

    def _run(self, invocation: Invocation) -> Outcome:
        process = self._take()
        try:
            outcome = process.invoke(invocation)
        except BaseException:
            self._discard(process)
            raise
        self._give_back(process)
        if outcome.failed:
            logger.warning("%s failed: %.500r", self.function.name, outcome.payload)
        return outcome

    def _take(self) -> FunctionProcess:
        while True:
            with self._lock:
                if self._closed:
                    raise Throttled(f"{self.function.name}: the local cloud is stopping")
                process = self._idle.pop() if self._idle else None
            if process is None:
                return self._start()
            if process.is_ready():
                return process
            self._discard(process)

    def _start(self) -> FunctionProcess:
        process = FunctionProcess(self.function, self._root, self._surroundings)
        with self._lock:
            self._all.add(process)
            closed = self._closed
        if closed:
            self._discard(process)
            raise Throttled(f"{self.function.name}: the local cloud is stopping")
        return process

    def _give_back(self, process: FunctionProcess) -> None:
        with self._lock:
            if process.alive and not self._closed:
                self._idle.append(process)  # last in, first out: the rest can grow old
                return
        self._discard(process)

    def _discard(self, process: FunctionProcess) -> None:
        process.close()
        with self._lock:
            self._all.discard(process)

    def retire_idle(self, seconds: float) -> None:
        """End the processes that have had nothing to do for so long."""
        limit = time.monotonic() - seconds
        with self._lock:
            old = [process for process in self._idle if process.idle_since < limit]
            self._idle = [process for process in self._idle if process not in old]
        for process in old:
            self._discard(process)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            processes = list(self._all)
        for process in processes:
            self._discard(process)
