"""One deployed fixture service for all tests that only use it, and a runner of tiny functions."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from localcloud.aws.account import Clients
from localcloud.cloud import PROJECT, LocalCloud
from localcloud.functions.access import Access
from localcloud.functions.function import Function
from localcloud.functions.process import Surroundings
from localcloud.functions.service import LambdaService
from localcloud.iam.principals import Principal
from localcloud.iam.sessions import Credentials, Sessions
from localcloud.machine.processes import Nursery
from localcloud.machine.timers import Timers
from localcloud.wiring import SITE
from tests.support.fixture_service import Deployed

Runner = Callable[..., LambdaService]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the fixture service, as a deploy writes into its folder."""
    modules = PROJECT / "node_modules"
    if not (modules / ".bin" / "serverless").exists():
        pytest.skip("node_modules is missing: `make setup` installs the Serverless Framework")
    folder = tmp_path_factory.mktemp("fixture") / "service"
    shutil.copytree(PROJECT / "tests" / "support" / "fixture_service_files", folder)
    (folder / "node_modules").symlink_to(modules)
    return folder


@pytest.fixture(scope="package")
def deployed(service: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    home = tmp_path_factory.mktemp("home")
    with LocalCloud(home, service=service) as cloud:
        clients = Clients(cloud.environment["AWS_ENDPOINT_URL"])
        yield Deployed(cloud.environment, clients, home / "local.env")
        clients.close()


@pytest.fixture
def printed() -> list[str]:
    """What the functions of `runner` print."""
    return []


@pytest.fixture
def runner(tmp_path: Path, printed: list[str]) -> Iterator[Runner]:
    """Runs the given code as the function `f`, under AWS's runtime client."""
    if not SITE.is_dir():
        pytest.skip(f"{SITE} is missing: `make setup` fills it")
    with ExitStack() as running:
        nursery = Nursery()
        running.callback(nursery.close)
        timers = Timers()
        running.callback(timers.close)
        access = Access("http://127.0.0.1:9", session_of)  # nothing here reaches an account
        running.callback(access.close)
        surroundings = Surroundings(
            site=SITE,
            scratch=tmp_path / "scratch",
            endpoints={},
            nursery=nursery,
            access=access,
            log=lambda function, stream, line: printed.append(line),
        )

        def start(code: str, **settings: Any) -> LambdaService:
            idle_seconds = settings.pop("idle_seconds", 60.0)
            (tmp_path / "function.py").write_text(textwrap.dedent(code))
            service = LambdaService(
                surroundings,
                timers,
                retry_pauses=(0.05,),
                idle_seconds=idle_seconds,
            )
            running.callback(service.close)
            service.deploy([(function(**settings), tmp_path)])
            return service

        yield start


def session_of(function: Function) -> Credentials:
    return Sessions().issue(Principal.session(function.role, function.name), timedelta(hours=1))


def function(**settings: Any) -> Function:
    defaults: dict[str, Any] = {
        "name": "f",
        "arn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "role": "arn:aws:iam::123456789012:role/f",
        "handler": "function.handler",
        "timeout": 10.0,
        "memory": 128,
        "environment": {},
        "bucket": "unused",
        "code": "unused",
    }
    return Function(**defaults | settings)
