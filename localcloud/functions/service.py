"""Lambda: the deployed functions, invoked at once or later, with Lambda's retries and endings."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from localcloud.functions.destinations import Condition, Destinations, Ending
from localcloud.functions.function import Function
from localcloud.functions.invocation import (
    ASYNC_LIMIT,
    SYNC_LIMIT,
    FunctionNotFound,
    Invocation,
    Outcome,
    PayloadTooLarge,
    Throttled,
)
from localcloud.functions.pool import FunctionPool
from localcloud.functions.process import Surroundings
from localcloud.machine.timers import Timers

logger = logging.getLogger(__name__)

RETRY_PAUSES = (1.0, 2.0)  # seconds; on AWS one and two minutes
_IDLE_SECONDS = 120.0
_THROTTLE_PAUSE = 0.5


@dataclass(frozen=True, kw_only=True)
class _Attempt:
    """One try of an asynchronous invocation; the first has number 1."""

    pool: FunctionPool
    invocation: Invocation
    accepted: float = field(default_factory=time.monotonic)
    number: int = 1

    def again(self, number: int) -> _Attempt:
        return _Attempt(
            pool=self.pool, invocation=self.invocation, accepted=self.accepted, number=number
        )


class LambdaService:
    """Implements `Functions` over pools of processes; knows functions by name and by ARN."""

    def __init__(
        self,
        surroundings: Surroundings,
        timers: Timers,
        *,
        retry_pauses: tuple[float, ...] = RETRY_PAUSES,
        idle_seconds: float = _IDLE_SECONDS,
    ) -> None:
        self._surroundings = surroundings
        self._timers = timers
        self._retry_pauses = retry_pauses
        self._idle_seconds = idle_seconds
        self._destinations = Destinations(surroundings.access)
        self._pools: dict[str, FunctionPool] = {}
        self._queues: dict[str, ThreadPoolExecutor] = {}
        self._closing = threading.Event()

    def deploy(self, functions: Iterable[tuple[Function, Path]]) -> None:
        """Take over functions with their unpacked packages."""
        for function, root in functions:
            self._pools[function.name] = FunctionPool(function, root, self._surroundings)
            self._queues[function.name] = ThreadPoolExecutor(
                max_workers=max(function.concurrency, 1), thread_name_prefix=function.name
            )
        self._retire_idle()

    def pool(self, function: str) -> FunctionPool:
        name = function.split(":function:")[-1].split(":")[0]
        try:
            return self._pools[name]
        except KeyError as error:
            raise FunctionNotFound(function) from error

    def invoke(self, function: str, payload: bytes) -> Outcome:
        pool = self.pool(function)
        if len(payload) > SYNC_LIMIT:
            raise PayloadTooLarge(f"Request must be smaller than {SYNC_LIMIT} bytes")
        # Without a reservation AWS has a thousand places, this machine a few: wait for one.
        return pool.invoke(Invocation(payload=payload), wait=pool.function.reserved is None)

    def invoke_later(self, function: str, payload: bytes) -> str:
        pool = self.pool(function)
        if len(payload) > ASYNC_LIMIT:
            raise PayloadTooLarge(f"Request must be smaller than {ASYNC_LIMIT} bytes")
        invocation = Invocation(payload=payload)
        self._enqueue(_Attempt(pool=pool, invocation=invocation))
        return invocation.id

    def close(self) -> None:
        self._closing.set()
        for pool in self._pools.values():
            pool.close()
        for waiting in self._queues.values():
            waiting.shutdown(cancel_futures=True)

    def _enqueue(self, attempt: _Attempt) -> None:
        if not self._closing.is_set():
            self._queues[attempt.pool.function.name].submit(self._try, attempt)

    def _try(self, attempt: _Attempt) -> None:
        try:
            self._run(attempt)
        except Throttled:
            self._timers.after(_THROTTLE_PAUSE, lambda: self._enqueue(attempt))
        except Exception:
            logger.exception("an invocation of %s was lost", attempt.pool.function.name)

    def _run(self, attempt: _Attempt) -> None:
        policy = attempt.pool.function.policy
        if time.monotonic() - attempt.accepted > policy.max_age:
            self._fail(attempt.again(attempt.number - 1), "EventAgeExceeded", None)
            return
        outcome = attempt.pool.invoke(attempt.invocation)
        if self._closing.is_set():
            return  # killed with the cloud: no failure of its own
        if not outcome.failed:
            self._destinations.succeeded(_ending(attempt, "Success", outcome))
        elif attempt.number > policy.retries:
            self._fail(attempt, "RetriesExhausted", outcome)
        else:
            self._retry(attempt)

    def _retry(self, attempt: _Attempt) -> None:
        pause = self._retry_pauses[min(attempt.number, len(self._retry_pauses)) - 1]
        following = attempt.again(attempt.number + 1)
        self._timers.after(pause, lambda: self._enqueue(following))

    def _fail(self, attempt: _Attempt, condition: Condition, outcome: Outcome | None) -> None:
        self._destinations.failed(_ending(attempt, condition, outcome))

    def _retire_idle(self) -> None:
        for pool in self._pools.values():
            pool.retire_idle(self._idle_seconds)
        self._timers.after(self._idle_seconds / 2, self._retire_idle)


def _ending(attempt: _Attempt, condition: Condition, outcome: Outcome | None) -> Ending:
    return Ending(
        function=attempt.pool.function,
        invocation=attempt.invocation,
        condition=condition,
        attempts=attempt.number,
        outcome=outcome,
    )
