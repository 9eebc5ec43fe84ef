"""An engine whose faults tests may choose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.engine_server import engine
from tests.support.faults import Suffer
from tests.support.sagemaker_engine import BUCKET, Cloud


@pytest.fixture(scope="module")
def cloud(moto_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An engine of its own: nobody else should suffer."""
    server = engine(tmp_path_factory.mktemp("faulty"), moto_url)
    server.start()
    cloud = Cloud(moto_url, server, Path())
    cloud.s3.create_bucket(Bucket=BUCKET)
    yield cloud
    server.stop()


@pytest.fixture
def suffer(cloud: Cloud) -> Iterator[Suffer]:
    def change(**faults: float) -> None:
        values = {name.replace("_", "-"): value for name, value in faults.items()}
        requests.post(f"{cloud.server.url}/faults", json=values, timeout=9).raise_for_status()

    yield change
    change()
