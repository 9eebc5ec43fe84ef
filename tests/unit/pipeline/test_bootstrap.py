from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

import pytest

from pipeline import bootstrap
from tests.support.function_environment import NEEDED


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lambda's environment; credentials are looked for only when something is asked of AWS."""
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    bootstrap._deployed.cache_clear()
    yield
    bootstrap._deployed.cache_clear()


def test_services_are_composed_once_from_the_environment(environment: None) -> None:
    services = bootstrap.services()

    assert services is bootstrap.services()
    assert services.settings.bucket == "bucket"
    assert len(services.source.digest) == 64
    assert services.clock.now().tzinfo is UTC
