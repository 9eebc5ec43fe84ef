"""What is drawn by lot, but the same for the same seed, whichever thread is faster."""

from __future__ import annotations

import random
import threading
from collections import Counter


class Lots:
    """Numbers between 0 and 1, each by its subject and by how often that was drawn before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawn: Counter[tuple[str, ...]] = Counter()

    def draw(self, seed: float, *subject: str) -> float:
        with self._lock:
            self._drawn[subject] += 1
            number = self._drawn[subject]
        return random.Random(f"{seed:g}/{subject}/{number}").random()  # noqa: S311
