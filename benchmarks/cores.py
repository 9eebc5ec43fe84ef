"""Who has used the processors: seconds of CPU by kind of process, also of those that have ended."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import psutil  # type: ignore[import-untyped]

SECONDS_BETWEEN_LOOKS = 0.25
# What a process's command line holds, and what it is; the first that fits.
KINDS = {
    "decoder_program": "decoders",
    "serving.py": "model server",
    "bootstrap": "functions",
    "localcloud": "local cloud",
}


class Cores:
    """Looks at all descendants of this process, and at itself, until it is left."""

    def __init__(self) -> None:
        self._began: dict[int, float] = {}
        self._latest: dict[int, float] = {}
        self._kinds: dict[int, str] = {}
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._look()
        self._began = dict(self._latest)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left.set()
        self._thread.join()
        self._look()

    def seconds(self) -> Mapping[str, float]:
        """Of CPU, by kind; what began and ended between two looks is missing."""
        used: defaultdict[str, float] = defaultdict(float)
        for process, seconds in self._latest.items():
            used[self._kinds[process]] += seconds - self._began.get(process, 0.0)
        return used

    def _watch(self) -> None:
        while not self._left.wait(SECONDS_BETWEEN_LOOKS):
            self._look()

    def _look(self) -> None:
        own = psutil.Process()
        for process in (own, *own.children(recursive=True)):
            try:
                times = process.cpu_times()
                if process.pid not in self._kinds:
                    command = " ".join(process.cmdline())
                    self._kinds[process.pid] = "benchmark" if process == own else _kind(command)
            except psutil.NoSuchProcess:
                continue
            self._latest[process.pid] = times.user + times.system


def _kind(command: str) -> str:
    return next((kind for part, kind in KINDS.items() if part in command), "other")
