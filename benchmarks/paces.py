"""How fast something was done, and what it took of the cores."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.cores import Cores


@dataclass(frozen=True, kw_only=True)
class Pace:
    name: str
    images: int
    seconds: float
    cpu: Mapping[str, float]  # seconds, by kind of process

    @property
    def per_second(self) -> float:
        return self.images / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Of one image, on whatever core."""
        return 1000 * sum(self.cpu.values()) / self.images

    def tell(self, bare: Pace) -> None:
        """Against the bare model, by the clock and by CPU, and with who used the cores."""
        pace, cpu = self.per_second / bare.per_second, bare.cpu_ms / self.cpu_ms
        print(f"{self.name}: {self.per_second:.0f} images/s, {pace:.2f} of the bare model")
        print(f"    CPU an image: {self.cpu_ms:.2f} ms, {cpu:.2f} of the bare model")
        whole = self.seconds * (os.cpu_count() or 1)
        shares = sorted(self.cpu.items(), key=lambda item: -item[1])
        told = (f"{kind} {used / whole:.0%}" for kind, used in shares if used / whole > 0.005)
        print(f"    of the cores: {', '.join(told)}", flush=True)


def measure(name: str, images: int, work: Callable[[], object]) -> Pace:
    with Cores() as cores:
        began = time.perf_counter()
        work()
        seconds = time.perf_counter() - began
    return Pace(name=name, images=images, seconds=seconds, cpu=cores.seconds())
