"""One local cloud for the stories that can share it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.cloud import PROJECT, LocalCloud
from tests.support.service import Service, drawn_dataset

_LAST = ("test_lake.py", "test_lost_events.py", "test_permissions.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.end_to_end)
    # Behind all others: what needs a serving model, and then what judges the stories.
    items.sort(key=lambda item: _LAST.index(item.path.name) if item.path.name in _LAST else -1)


@pytest.fixture(scope="session", autouse=True)
def _installed() -> None:
    if not (PROJECT / "node_modules" / ".bin" / "serverless").exists():
        pytest.skip("node_modules is missing: run `make setup`")


@pytest.fixture(scope="session")
def decisions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the shared cloud has judged by the deployed policies."""
    return tmp_path_factory.mktemp("judged") / "decisions.jsonl"


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, decisions: Path) -> Iterator[Service]:
    with LocalCloud(tmp_path_factory.mktemp("cloud"), decisions=decisions) as cloud:
        yield Service(cloud.environment)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return drawn_dataset(tmp_path_factory.mktemp("drawn"))
