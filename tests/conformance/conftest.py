"""One local cloud, one run in it, and the environments of its clients."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from localcloud.cloud import LocalCloud
from tests.support.service import Service, drawn_dataset
from tests.support.stories import THIN


@dataclass(frozen=True)
class Cloud:
    service: Service
    shell: Mapping[str, str]  # what a shell has that has sourced local.env


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with LocalCloud(tmp_path_factory.mktemp("cloud")) as running:
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        yield Cloud(Service(running.environment), own | running.environment)


@pytest.fixture(scope="session")
def run(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The id of a run that has gone all the way."""
    archive = drawn_dataset(tmp_path_factory.mktemp("drawn"))
    cloud.service.upload(archive, "conformance", **THIN)
    ended = cloud.service.run_in("conformance", "serving", "declined")
    return str(ended["run"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ml"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What passed, by client."""
    passed = Counter(map(_client, terminalreporter.stats.get("passed", [])))
    failed = Counter(map(_client, terminalreporter.stats.get("failed", [])))
    terminalreporter.section("conformance")
    for client in sorted(passed | failed):
        whole = passed[client] + failed[client]
        terminalreporter.write_line(f"{client:20} {passed[client]} of {whole} operations")


def _client(report: pytest.TestReport) -> str:
    module, _, test = report.nodeid.partition("::")
    parameters = test.partition("[")[2]
    name = Path(module).stem.removeprefix("test_")
    return parameters.partition("-")[0] if name == "sdks" else name
