"""What images cost on their way: decoding, preprocessing and model, CPU and memory."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, kw_only=True)
class PhotoCost:
    """Of one photo in its decoding process."""

    decode: float = 0.0  # seconds
    preprocess: float = 0.0
    cpu: float = 0.0
    memory: int = 0  # bytes that the process has needed at most


@dataclass
class Costs:
    """Sums over the photos that the network has seen; side by side they exceed the time."""

    images: int = 0
    decode_seconds: float = 0.0
    preprocess_seconds: float = 0.0
    model_seconds: float = 0.0
    cpu_seconds: float = 0.0  # of the server and of its decoders
    memory_bytes: int = 0  # that the server has needed at most
    decoder_memory_bytes: int = 0  # that any one of its decoders has

    def add_photo(self, cost: PhotoCost) -> None:
        self.images += 1
        self.decode_seconds += cost.decode
        self.preprocess_seconds += cost.preprocess
        self.cpu_seconds += cost.cpu
        self.decoder_memory_bytes = max(self.decoder_memory_bytes, cost.memory)

    @contextmanager
    def preprocessing(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.preprocess_seconds += time.perf_counter() - began

    @contextmanager
    def predicting(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.model_seconds += time.perf_counter() - began

    @contextmanager
    def serving(self) -> Iterator[None]:
        """A request: what this process itself needs for it."""
        began = time.process_time()
        yield
        self.cpu_seconds += time.process_time() - began
        self.memory_bytes = peak_memory()

    def add(self, other: Costs) -> None:
        for name, value in vars(other).items():
            mine = getattr(self, name)
            setattr(self, name, max(mine, value) if name.endswith("_bytes") else mine + value)

    def __str__(self) -> str:
        shown = {
            name: 1000 * getattr(self, f"{name}_seconds") / max(1, self.images)
            for name in ("decode", "preprocess", "model", "cpu")
        }
        parts = ", ".join(f"{name} {value:.1f} ms" for name, value in shown.items())
        memory = (
            f"{self.memory_bytes / 1e6:.0f} MB, a decoder {self.decoder_memory_bytes / 1e6:.0f}"
        )
        return f"{self.images} images so far, each {parts}; memory {memory} MB"


class CostLog:
    """One line a minute at most, of all images so far: a container is not told of its end."""

    SECONDS = 60.0

    def __init__(
        self,
        say: Callable[[str], None] = lambda line: print(line, flush=True),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say, self._clock = say, clock
        self._lock = Lock()
        self._sum, self._said = Costs(), -self.SECONDS

    def add(self, costs: Costs) -> None:
        with self._lock:
            self._sum.add(costs)
            if self._clock() - self._said < self.SECONDS:
                return
            self._said = self._clock()
            self._say(f"costs: {self._sum}")


def peak_memory() -> int:
    """Bytes that this process has needed at most."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
