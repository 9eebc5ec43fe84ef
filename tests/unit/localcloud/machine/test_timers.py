"""What is planned is done in the order of its times."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from localcloud.machine.timers import Timers
from tests.support.waiting import eventually


@pytest.fixture
def timers() -> Iterator[Timers]:
    timers = Timers()
    yield timers
    timers.close()


def test_the_sooner_comes_first(timers: Timers) -> None:
    done: list[str] = []

    timers.after(0.1, lambda: done.append("later"))
    timers.after(0.0, lambda: done.append("sooner"))

    assert eventually(lambda: len(done) == 2)
    assert done == ["sooner", "later"]


def test_a_failing_action_does_not_stop_the_others(
    timers: Timers, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    with caplog.at_level(logging.ERROR):
        timers.after(0.0, lambda: 1 / 0)
        timers.after(0.01, lambda: done.append("next"))
        eventually(lambda: done)

    assert "ZeroDivisionError" in caplog.text


def test_closing_forgets_what_is_not_due() -> None:
    timers, done = Timers(), list[str]()
    timers.after(60, lambda: done.append("never"))

    timers.close()

    assert done == []
