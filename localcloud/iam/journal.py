"""The decisions of a local cloud in a file, each different one once: what its policies were for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from localcloud.iam.evaluation import Decision, Need
from localcloud.iam.principals import Principal


class Journal:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._written: set[str] = set()

    def write(self, principal: Principal, need: Need, decision: Decision) -> None:
        entry = {"who": asdict(principal), "need": asdict(need), "allowed": decision.allowed}
        line = json.dumps(entry, sort_keys=True)
        with self._lock:
            if line not in self._written:
                self._written.add(line)
                with self._path.open("a") as file:
                    file.write(line + "\n")


def read_journal(path: Path) -> Iterator[tuple[Principal, Need, bool]]:
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        need = entry["need"]
        context = {name: tuple(values) for name, values in need.pop("context").items()}
        yield Principal(**entry["who"]), Need(**need, context=context), entry["allowed"]
