"""Who calls AWS: threads of which one runs at a time, and which halt between two calls.

The baton is handed over by the schedule alone, so the same seed gives the same order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime


class Killed(BaseException):
    """The process is ended between two calls; nothing of ours may catch it."""


class Actor:
    """An invocation of a function, or a person, on its way."""

    def __init__(self, name: str, work: Callable[[], None], *, deadline: datetime) -> None:
        self.name = name
        self.deadline = deadline
        self.ended = False
        self.killed = False
        self.error: BaseException | None = None
        self._work = work
        self._go = threading.Semaphore(0)
        self._halted = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def resume(self) -> None:
        """Lets it run until it pauses or has ended."""
        if self._thread.ident is None:
            self._thread.start()
        self._go.release()
        self._halted.acquire()

    def pause(self) -> None:
        """Called by the actor itself: whoever else is on may run now."""
        self._halted.release()
        self._go.acquire()

    def kill(self) -> None:
        self.killed = True
        raise Killed(self.name)

    def _run(self) -> None:
        self._go.acquire()
        _current.set(self)
        try:
            self._work()
        except BaseException as error:  # told by whoever started it
            self.error = error
        self.ended = True
        self._halted.release()


_current: ContextVar[Actor | None] = ContextVar("actor", default=None)


def current() -> Actor | None:
    """Who calls; None for what happens outside: simulated jobs, checks."""
    return _current.get()
