"""The containers that answer for an endpoint now, and who of them gets a request."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from localcloud.sagemaker.containers.model_container import ModelContainer
from localcloud.sagemaker.endpoints.errors import refused

POLL_SECONDS = 0.2


class InFlight:
    """How many requests a container is answering, so that it is not taken away from them."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def begin(self) -> None:
        with self._changed:
            self._count += 1

    def end(self) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_for_none(self, given_up: threading.Event) -> None:
        with self._changed:
            while self._count and not given_up.is_set():
                self._changed.wait(POLL_SECONDS)


@dataclass(frozen=True)
class Variant:
    name: str
    weight: float
    container: ModelContainer
    in_flight: InFlight = field(default_factory=InFlight)


class Fleet:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._variants: Sequence[Variant] = ()
        self._random = random.Random()  # noqa: S311

    def __bool__(self) -> bool:
        return bool(self._variants)

    @contextmanager
    def chosen(self, wanted: str) -> Iterator[Variant]:
        """The variant for one request: the wanted one, or one by weight."""
        # Chosen and counted at once: nobody may take the container away in between.
        with self._lock:
            variant = choose(self._variants, wanted, self._random)
            variant.in_flight.begin()
        try:
            yield variant
        finally:
            variant.in_flight.end()

    def replace(self, variants: Sequence[Variant]) -> Sequence[Variant]:
        """Gives all traffic to these, and returns those that had it."""
        with self._lock:
            old, self._variants = self._variants, variants
        return old

    def reweigh(self, weights: Mapping[str, float]) -> None:
        with self._lock:
            self._variants = [replace(v, weight=weights[v.name]) for v in self._variants]


def choose(variants: Sequence[Variant], wanted: str, chance: random.Random) -> Variant:
    if not variants:
        raise refused("The endpoint is not in service.")
    if not wanted:
        weights = [variant.weight for variant in variants]
        # Weights that are all 0 share the traffic evenly: somebody has to answer.
        return chance.choices(variants, weights=weights if any(weights) else None)[0]
    for variant in variants:
        if variant.name == wanted:
            return variant
    raise refused(f"Variant {wanted} is not part of the endpoint.")
