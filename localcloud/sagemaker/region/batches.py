"""What a job says piece by piece, sent on in batches by a thread of its own."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

FLUSH_SECONDS = 0.3
MOST = 1000  # items of a batch: what CloudWatch's requests take
Item = TypeVar("Item")


class Batches(Generic[Item]):
    def __init__(self, name: str, send: Callable[[list[Item]], None]) -> None:
        self._send = send
        self._items: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._sender = threading.Thread(target=self._send_all, name=name, daemon=True)
        self._sender.start()

    def put(self, item: Item) -> None:
        self._items.put(item)

    def close(self) -> None:
        """Sends what is left."""
        self._items.put(None)
        self._sender.join()

    def _send_all(self) -> None:
        for batch in self._batches():
            self._send(batch)

    def _batches(self) -> Iterator[list[Item]]:
        ended = False
        while not ended:
            batch: list[Item] = []
            due = time.monotonic() + FLUSH_SECONDS
            while not ended and len(batch) < MOST:
                try:
                    item = self._items.get(timeout=max(0.0, due - time.monotonic()))
                except queue.Empty:
                    break
                if item is None:
                    ended = True
                else:
                    batch.append(item)
            if batch:
                yield batch
