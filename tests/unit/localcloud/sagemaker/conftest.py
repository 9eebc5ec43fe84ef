"""A real engine on a real moto server, and what the tests of jobs have in common."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from moto.server import ThreadedMotoServer

from tests.support.engine_server import engine
from tests.support.sagemaker_engine import BUCKET, Cloud


@pytest.fixture(scope="package")
def moto_url() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    # moto's state is the process's: other tests should not find what these have left.
    requests.post(f"http://{host}:{port}/moto-api/reset", timeout=30)
    server.stop()


@pytest.fixture(scope="package")
def cloud(moto_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One engine for all tests that do not change its settings."""
    folder: Path = tmp_path_factory.mktemp("engine")
    server = engine(folder, moto_url)
    server.start()
    cloud = Cloud(moto_url, server, folder)
    cloud.s3.create_bucket(Bucket=BUCKET)
    yield cloud
    server.stop()
