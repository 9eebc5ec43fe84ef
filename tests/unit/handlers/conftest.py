"""The handlers are composed with fakes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from pipeline import bootstrap
from tests.fakes.services import Compose, FakeServices


@pytest.fixture
def compose() -> Iterator[Compose]:
    """Lets the handlers find these services where they would find the deployed ones."""
    with ExitStack() as test:

        def use(services: FakeServices) -> None:
            test.enter_context(bootstrap.instead(services))

        yield use
