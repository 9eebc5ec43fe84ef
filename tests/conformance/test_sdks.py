"""The SDKs' programs: each operation of each is a test."""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.conformance.conftest import Cloud
from tests.conformance.environments import python_of

PROGRAMS = Path(__file__).with_name("programs")
CLIENTS = ("sdk2", "sdk3")
LONGEST = 1200  # seconds of a whole program: the SDKs ask for a job's state every few seconds

Results = dict[str, str | None]


def operations(client: str) -> list[str]:
    tree = ast.parse((PROGRAMS / f"{client}.py").read_text())
    return [
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list
    ]


@pytest.fixture(scope="session")
def results(cloud: Cloud) -> Callable[[str], Results]:
    """Runs a client's program when it is first asked for: operation to error, None if none."""

    @cache
    def run(client: str) -> Results:
        ended = subprocess.run(
            [python_of(client), "-W", "ignore", f"{client}.py"],
            cwd=PROGRAMS,
            env=dict(cloud.shell),
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        told = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
        assert told, ended.stderr[-2000:]
        return {line["operation"]: line["error"] for line in told}

    return run


@pytest.mark.timeout(LONGEST)
@pytest.mark.parametrize(
    ("client", "operation"),
    [(client, operation) for client in CLIENTS for operation in operations(client)],
)
def test_an_operation_works(client: str, operation: str, results: Callable[[str], Results]) -> None:
    found = results(client)

    assert operation in found, f"the program ended before {operation}"
    assert found[operation] is None, found[operation]
