"""The handlers are composed with fakes."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from tests.fakes.services import FakeServices

Compose = Callable[[ModuleType, FakeServices], None]


@pytest.fixture
def compose(monkeypatch: pytest.MonkeyPatch) -> Compose:
    """Lets a handler's module find these services where it would find the deployed ones."""

    def use(module: ModuleType, services: FakeServices) -> None:
        monkeypatch.setattr(module, "services", lambda: services)
        if hasattr(module, "settings"):
            monkeypatch.setattr(module, "settings", lambda: services.settings)

    return use
